#include "system/live/drill/process.h"

#include <csignal>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace wavetank::live {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

double seconds_since_boot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string boot_text() {
  std::string id = text_of("/proc/sys/kernel/random/boot_id");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  char space[64] = "";
  const ssize_t length = ::readlink("/proc/self/ns/pid", space, sizeof space - 1);
  return id + ' ' + std::string(space, length > 0 ? static_cast<std::size_t>(length) : 0);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

void to_json(nlohmann::json& out, const ProcessIdentity& identity) {
  out = {{"pid", identity.pid}, {"start", identity.start}, {"boot", identity.boot}};
}

void from_json(const nlohmann::json& in, ProcessIdentity& identity) {
  in.at("pid").get_to(identity.pid);
  in.at("start").get_to(identity.start);
  in.at("boot").get_to(identity.boot);
}

const std::string& boot_of_this_machine() {
  static const std::string text = boot_text();
  return text;
}

std::optional<ProcessState> process_at(pid_t pid) {
  const std::string text = text_of("/proc/" + std::to_string(pid) + "/stat");
  // The name of the program stands in brackets and may hold anything, brackets included.
  const auto named = text.rfind(')');
  if (named == std::string::npos) return std::nullopt;
  std::istringstream rest(text.substr(named + 1));
  ProcessState found;
  rest >> found.state;
  std::string skipped;
  for (int field = 4; field < 22; ++field) rest >> skipped;
  if (!(rest >> found.identity.start)) return std::nullopt;
  if (found.state == 'Z' || found.state == 'X') return std::nullopt;
  found.identity.pid = pid;
  found.identity.boot = boot_of_this_machine();
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  found.age = seconds_since_boot() - static_cast<double>(found.identity.start) / ticks;
  return found;
}

ProcessIdentity this_process() {
  const auto state = process_at(::getpid());
  return state ? state->identity : ProcessIdentity{::getpid(), 0, boot_of_this_machine()};
}

Answer<ProcessState> process_of_file(const std::string& pid_file) {
  using Found = Answer<ProcessState>;
  std::ifstream in(pid_file);
  if (!in) return Found::none("the pid file " + pid_file + " cannot be read");
  long pid = 0;
  if (!(in >> pid) || pid <= 1 || pid > 0x7fffffff) {
    return Found::none("the pid file " + pid_file + " holds no process id");
  }
  const auto state = process_at(static_cast<pid_t>(pid));
  if (!state) {
    return Found::none("no process " + std::to_string(pid) + " of " + pid_file + " is running");
  }
  struct stat file {};
  if (::stat(pid_file.c_str(), &file) != 0) return Found::none(pid_file + " is gone");
  const double written = std::difftime(std::time(nullptr), file.st_mtim.tv_sec);
  constexpr double slack = 5;  // Whole seconds, and daemons that write the file of their child.
  if (written > state->age + slack) {
    return Found::none("process " + std::to_string(pid) + " is younger than " + pid_file +
                       ", so it is not the one that the file was written for");
  }
  if (pid == ::getpid()) return Found::none(pid_file + " names wavetank itself");
  return *state;
}

Trouble send_signal(const ProcessIdentity& identity, int signal) {
  const std::string who = "process " + std::to_string(identity.pid);
  // Opened before the look at /proc: what the descriptor holds cannot change after it.
  const Descriptor held(static_cast<int>(::syscall(SYS_pidfd_open, identity.pid, 0)));
  if (held.number() < 0) return who + ": " + std::strerror(errno);
  if (!is_alive(identity)) return who + " is not the one it was";
  if (::syscall(SYS_pidfd_send_signal, held.number(), signal, nullptr, 0) != 0) {
    return who + ": " + std::strerror(errno);
  }
  return std::nullopt;
}

}  // namespace wavetank::live
