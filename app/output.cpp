#include "app/output.h"

#include <unistd.h>

#include <algorithm>
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

std::string reason(int error) {
  return error == 0 ? "" : " (" + std::generic_category().message(error) + ")";
}

/// A device or a pipe: something to write into, not to put a file in the place of.
bool is_special(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

std::string leads_to(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error) || is_special(path)) return path;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

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
  if (path.empty()) return "a file needs a name";
  std::error_code error;
  if (fs::is_directory(path, error)) return shown(path) + " is a folder";
  if (is_special(path)) return std::nullopt;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  const std::string probe = beside(leads_to(path));
  errno = 0;
  std::FILE* file = std::fopen(probe.c_str(), "wb");
  if (file == nullptr) return shown(path) + " cannot be written" + reason(errno);
  std::fclose(file);
  std::remove(probe.c_str());
  return std::nullopt;
}

Trouble prepare_files(const std::vector<std::string>& outputs,
                      const std::vector<std::string>& inputs) {
  std::error_code error;
  const auto place_of = [&error](const std::string& path) {
    return fs::weakly_canonical(fs::absolute(path, error), error);
  };
  std::vector<fs::path> read, written;
  for (const std::string& input : inputs) read.push_back(place_of(input));
  const auto holds = [](const std::vector<fs::path>& all, const fs::path& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const std::string& output : outputs) {
    const fs::path place = place_of(output);
    if (holds(read, place)) {
      return shown(output) + " is read by this command: it cannot be written over";
    }
    if (holds(written, place)) return shown(output) + " cannot be two outputs at once";
    if (!is_special(output)) written.push_back(place);
  }
  for (const std::string& output : outputs) {
    if (Trouble trouble = prepare_file(output)) return trouble;
  }
  return std::nullopt;
}

Trouble write_file(const std::string& path, std::string_view text) {
  GrowingFile file(path);
  file.write(text);
  return file.finish();
}

GrowingFile::GrowingFile(std::string path)
    : path_(std::move(path)),
      place_(leads_to(path_)),
      beside_(is_special(path_) ? place_ : beside(place_)),
      file_(beside_, std::ios::binary) {}

GrowingFile::~GrowingFile() {
  if (finished_) return;
  file_.close();
  if (beside_ != place_) std::remove(beside_.c_str());
}

void GrowingFile::write(std::string_view text) {
  errno = 0;
  file_.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (file_.fail() && error_ == 0) error_ = errno;
}

Trouble GrowingFile::finish() {
  errno = 0;
  file_.close();
  if (file_.fail()) {
    return shown(path_) + " could not be written" + reason(error_ != 0 ? error_ : errno);
  }
  finished_ = true;
  if (beside_ == place_) return std::nullopt;
  std::error_code error;
  fs::rename(beside_, place_, error);
  finished_ = !error;
  if (error) return shown(path_) + " could not be put in its place (" + error.message() + ")";
  return std::nullopt;
}

}  // namespace wavetank::app
