#pragma once
// A folder that goes with its test.

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace wavetank::live {

class TempFolder {
 public:
  TempFolder() {
    static int made = 0;
    const std::string name =
        "wavetank-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made);
    path = std::filesystem::temp_directory_path() / name;
    std::filesystem::create_directories(path);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  /// Files in it, at any depth.
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& at : std::filesystem::recursive_directory_iterator(path)) {
      count += at.is_regular_file() ? 1 : 0;
    }
    return count;
  }
  std::filesystem::path path;
};

}  // namespace wavetank::live
