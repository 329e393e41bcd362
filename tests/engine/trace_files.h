#pragma once
// Traces for tests, written into a folder that goes away with the test.

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>
#include <zlib.h>

#include "scenarios/engine/load/trace_settings.h"

namespace wavetank::engine::test {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "wavetank-test-").string();
    name += std::string(6, 'X');  // what mkdtemp replaces
    path_ = mkdtemp(name.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    const std::string file = (path_ / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  std::string write_gzip(const std::string& name, const std::string& text) const {
    const std::string file = (path_ / name).string();
    const gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    return file;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Settings with the time in the first column.
inline TraceSettings trace_of(const std::string& file) {
  TraceSettings settings;
  settings.file = file;
  settings.path = file;
  settings.columns.time = "1";
  return settings;
}

}  // namespace wavetank::engine::test
