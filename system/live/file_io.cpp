#include "system/live/file_io.h"

#include <sys/stat.h>

#include <cerrno>

namespace wavetank::live {

Failure failure_of_errno(int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return full ? Failure::disk_full : Failure::unavailable;
}

FileWriter::FileWriter(const std::filesystem::path& file) : file_(std::fopen(file.c_str(), "wb")) {
  if (!file_) error_ = errno;
}

void FileWriter::write(std::string_view bytes) {
  if (error_ != 0 || bytes.empty()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    error_ = errno;
    return;
  }
  written_ += static_cast<std::int64_t>(bytes.size());
}

Result<Done> FileWriter::close() {
  std::FILE* file = file_.release();
  if (file != nullptr && std::fclose(file) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) return failure_of_errno(error_);
  return Done{};
}

FileReader::FileReader(const std::filesystem::path& file, std::int64_t from)
    : file_(std::fopen(file.c_str(), "rb")) {
  if (!file_) error_ = errno;
  if (from > 0) seek(from);
}

void FileReader::seek(std::int64_t to) {
  if (!file_ || std::fseek(file_.get(), to, SEEK_SET) == 0) return;
  error_ = errno;
  file_.reset();
}

std::int64_t FileReader::size() const {
  struct stat status {};
  if (!file_ || ::fstat(::fileno(file_.get()), &status) != 0) return 0;
  return status.st_size;
}

void FileReader::read(std::string& into, std::size_t count) {
  into.resize(count);
  into.resize(file_ ? std::fread(into.data(), 1, count, file_.get()) : 0);
  read_ += static_cast<std::int64_t>(into.size());
}

}  // namespace wavetank::live
