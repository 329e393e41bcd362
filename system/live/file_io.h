#pragma once
// Files of bytes, with the failures that matter to a task told apart: a full disk from the rest.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "system/base/result.h"

namespace wavetank::live {

/// disk_full where there is no room (or no more is allowed), else unavailable.
Failure failure_of_errno(int error);

/// Buffered. A failure sticks: later writes do nothing, close() tells it.
class FileWriter {
 public:
  /// Makes or empties the file.
  explicit FileWriter(const std::filesystem::path& file);
  void write(std::string_view bytes);
  std::int64_t written() const { return written_; }
  bool ok() const { return error_ == 0; }
  /// Everything is with the system, or the first thing that went wrong.
  Result<Done> close();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::int64_t written_ = 0;
  int error_ = 0;
};

/// Buffered, from an offset on.
class FileReader {
 public:
  explicit FileReader(const std::filesystem::path& file, std::int64_t from = 0);
  bool ok() const { return file_ != nullptr; }
  /// Why it could not be opened.
  int error() const { return error_; }
  /// Of the whole file, as it was opened.
  std::int64_t size() const;
  void seek(std::int64_t to);
  /// Up to `count` bytes in place of what `into` held; fewer only at the end.
  void read(std::string& into, std::size_t count);
  std::int64_t bytes_read() const { return read_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::int64_t read_ = 0;
  int error_ = 0;
};

}  // namespace wavetank::live
