#pragma once
// A folder of its own for a test, gone afterwards.

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace wavetank::live {

class DrillFolder {
 public:
  DrillFolder() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("wavetank_drill_" + std::to_string(::getpid()) + '_' + std::to_string(++count));
    REQUIRE(std::filesystem::create_directory(path_));
  }
  DrillFolder(const DrillFolder&) = delete;
  DrillFolder& operator=(const DrillFolder&) = delete;
  ~DrillFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path path_;
};

}  // namespace wavetank::live
