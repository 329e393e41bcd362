#include "app/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;

std::string beside(const std::string& path) {
  return path + ".part" + std::to_string(::getpid());
}

std::string shown(const std::string& path) { return engine::printable(path, 300); }

std::string reason(int error) { return std::generic_category().message(error); }

}  // namespace

Trouble prepare_folder(const std::string& folder) {
  if (folder.empty()) return "a folder needs a name";
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) {
    return shown(folder) + " is no folder and cannot become one" +
           (error ? " (" + error.message() + ")" : "");
  }
  return prepare_file((fs::path(folder) / "journal.json").string());
}

Trouble prepare_file(const std::string& path) {
  if (fs::is_directory(path)) return shown(path) + " is a folder";
  const std::string probe = beside(path);
  errno = 0;
  std::FILE* file = std::fopen(probe.c_str(), "wb");
  if (file == nullptr) return shown(path) + " cannot be written (" + reason(errno) + ")";
  std::fclose(file);
  std::remove(probe.c_str());
  return std::nullopt;
}

Trouble prepare_file_and_folder(const std::string& path) {
  if (path.empty()) return "a file needs a name";
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  return prepare_file(path);
}

Trouble write_file(const std::string& path, std::string_view text) {
  GrowingFile file(path);
  file.write(text);
  return file.finish();
}

GrowingFile::GrowingFile(std::string path)
    : path_(std::move(path)), beside_(beside(path_)), file_(beside_, std::ios::binary) {}

GrowingFile::~GrowingFile() {
  if (finished_) return;
  file_.close();
  std::remove(beside_.c_str());
}

void GrowingFile::write(std::string_view text) {
  file_.write(text.data(), static_cast<std::streamsize>(text.size()));
}

Trouble GrowingFile::finish() {
  errno = 0;
  file_.close();
  if (file_.fail()) return shown(path_) + " could not be written (" + reason(errno) + ")";
  std::error_code error;
  fs::rename(beside_, path_, error);
  if (error) return shown(path_) + " could not be put in its place (" + error.message() + ")";
  finished_ = true;
  return std::nullopt;
}

}  // namespace wavetank::app
