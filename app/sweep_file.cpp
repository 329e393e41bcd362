#include "app/sweep_file.h"

#include <cerrno>
#include <filesystem>
#include <sstream>
#include <utility>

#include "reports/sweep.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;

std::string shown(const std::string& path) { return engine::printable(path, 300); }

}  // namespace

SweepFile::SweepFile(std::string path, const std::string& header, std::uint64_t first)
    : path_(std::move(path)) {
  std::error_code error;
  trouble_ = prepare_file(path_);
  if (trouble_) return;
  if (fs::exists(path_)) {
    std::ostringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    read(text.str(), header, first);
    if (trouble_) return;
    fs::resize_file(path_, whole_, error);
  }
  file_.open(path_, std::ios::binary | std::ios::app);
  if (whole_ == 0) file_ << header << '\n' << std::flush;
  if (error || !file_) trouble_ = shown(path_) + " cannot be written";
}

void SweepFile::read(const std::string& text, const std::string& header, std::uint64_t first) {
  std::size_t end = text.find('\n');
  if (end == text.npos && header.starts_with(text)) return;  // empty, or cut off at once
  if (end == text.npos || text.substr(0, end) != header) {
    trouble_ = shown(path_) + " holds another sweep or something else; give another --out, or "
                              "remove it";
    return;
  }
  whole_ = end + 1;
  while ((end = text.find('\n', whole_)) != text.npos) {
    auto seed = reports::read_json_line(text.substr(whole_, end - whole_));
    if (!seed || seed->seed != first + earlier_.size()) {
      trouble_ = shown(path_) + " is damaged: line " + std::to_string(earlier_.size() + 2) +
                 " is not the result of seed " + std::to_string(first + earlier_.size());
      return;
    }
    earlier_.push_back(std::move(*seed));
    whole_ = end + 1;
  }
}

void SweepFile::append(const engine::SweepSeed& seed) {
  file_ << reports::json_line(seed) << '\n' << std::flush;
}

Trouble SweepFile::finish() {
  errno = 0;
  file_.close();
  if (file_.fail()) return shown(path_) + " could not be written to its end";
  return std::nullopt;
}

}  // namespace wavetank::app
