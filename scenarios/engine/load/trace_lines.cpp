#include "scenarios/engine/load/trace_lines.h"

#include <algorithm>
#include <cstring>

#include <sys/stat.h>

namespace wavetank::engine {
namespace {

constexpr std::size_t chunk = 1 << 16;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A cell in quotes; `at` stands behind the opening one and ends behind the closing one.
bool take_quoted(std::string_view line, std::size_t& at, std::string& scratch,
                 std::string_view& cell) {
  const std::size_t begin = scratch.size();
  while (at < line.size()) {
    const char c = line[at++];
    if (c != '"') {
      scratch += c;
    } else if (at < line.size() && line[at] == '"') {
      scratch += line[at++];
    } else {
      cell = std::string_view(scratch).substr(begin);
      return true;
    }
  }
  return false;
}

}  // namespace

TraceLines::TraceLines(const std::string& path) : buffer_(2 * chunk) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) {
    failure_ = "there is no such file";
  } else if (!S_ISREG(about.st_mode)) {
    failure_ = "it is not a regular file";
  } else {
    file_ = gzopen(path.c_str(), "rb");
    if (file_ == nullptr) failure_ = "it cannot be opened";
  }
  if (file_ != nullptr) gzbuffer(file_, chunk);
}

TraceLines::~TraceLines() {
  if (file_ != nullptr) gzclose(file_);
}

bool TraceLines::fill() {
  if (file_ == nullptr || at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const auto room = std::min(buffer_.size() - end_, chunk);
  const int got = gzread(file_, buffer_.data() + end_, static_cast<unsigned>(room));
  int error = Z_OK;
  gzerror(file_, &error);
  if (got < 0 || (got == 0 && error == Z_BUF_ERROR)) {
    failure_ = "it is damaged: the compressed data ends early or is not gzip";
    at_end_ = true;
    return false;
  }
  at_end_ = got == 0;
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

bool TraceLines::take(std::string_view& line) {
  std::size_t seen = 0;
  for (;;) {
    const char* from = buffer_.data() + begin_;
    const void* found = std::memchr(from + seen, '\n', end_ - begin_ - seen);
    if (found != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - from);
      line = std::string_view(from, length);
      begin_ += length + 1;
      break;
    }
    seen = end_ - begin_;
    if (seen > line_bytes_max) break;
    if (fill()) continue;
    if (seen == 0 || !failure_.empty()) return false;
    line = std::string_view(buffer_.data() + begin_, seen);
    begin_ = end_;
    break;
  }
  ++number_;
  if (line.size() <= line_bytes_max && seen <= line_bytes_max) return true;
  failure_ = "line " + std::to_string(number_) + " is longer than 64 KiB";
  at_end_ = true;
  begin_ = end_;
  return false;
}

bool TraceLines::next(std::string_view& line) {
  while (failure_.empty() && take(line)) {
    if (number_ == 1 && line.starts_with(byte_order_mark)) {
      line.remove_prefix(byte_order_mark.size());
    }
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) return true;
  }
  return false;
}

bool split_cells(std::string_view line, char separator, bool quotes, std::string& scratch,
                 std::vector<std::string_view>& cells) {
  scratch.clear();
  scratch.reserve(line.size());  // so that cells keep pointing into it
  cells.clear();
  std::size_t at = 0;
  for (;;) {
    if (quotes && at < line.size() && line[at] == '"') {
      ++at;
      std::string_view cell;
      if (!take_quoted(line, at, scratch, cell)) return false;
      cells.push_back(cell);
      if (at < line.size() && line[at] != separator) return false;
    } else {
      const std::size_t end = std::min(line.find(separator, at), line.size());
      cells.push_back(line.substr(at, end - at));
      at = end;
    }
    if (at == line.size()) return true;
    ++at;
  }
}

}  // namespace wavetank::engine
