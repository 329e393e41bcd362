#include "system/live/drill/run_hold.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace wavetank::live {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& folder) {
  return folder / "run.lock";
}

std::string written_by(const std::filesystem::path& folder) {
  std::ifstream in(lock_file(folder));
  std::string pid;
  in >> pid;
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Answer<std::unique_ptr<RunHold>> RunHold::take(const std::filesystem::path& folder) {
  using Taken = Answer<std::unique_ptr<RunHold>>;
  const auto path = lock_file(folder);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Taken::none(path.string() + ": " + std::strerror(errno));
  auto hold = std::unique_ptr<RunHold>(new RunHold(file));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    return Taken::none(folder.string() + " is in use by " + written_by(folder));
  }
  const std::string pid = std::to_string(::getpid()) + '\n';
  if (::ftruncate(file, 0) != 0 || ::write(file, pid.data(), pid.size()) < 0) {
    return Taken::none(path.string() + ": " + std::strerror(errno));
  }
  return hold;
}

RunHold::~RunHold() { ::close(file_); }

std::optional<std::string> run_holder(const std::filesystem::path& folder) {
  const int file = ::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  const bool is_free = ::flock(file, LOCK_SH | LOCK_NB) == 0;
  ::close(file);
  if (is_free) return std::nullopt;
  return written_by(folder);
}

}  // namespace wavetank::live
