#include "system/live/drill/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

namespace wavetank::live {
namespace {

constexpr std::size_t output_max = 64 << 10;
constexpr int not_started = 127;

struct Pipe {
  int ends[2] = {-1, -1};
  bool open() { return ::pipe2(ends, O_CLOEXEC) == 0; }
  void close(int end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(0);
    close(1);
  }
};

std::vector<char*> pointers(const std::vector<std::string>& arguments) {
  std::vector<char*> all;
  all.reserve(arguments.size() + 1);
  for (const std::string& one : arguments) all.push_back(const_cast<char*>(one.c_str()));
  all.push_back(nullptr);
  return all;
}

/// The child, between fork and exec: nothing but system calls.
[[noreturn]] void become(char* const* arguments, pid_t parent, const Pipe& go, const Pipe& out) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char word = 0;
  if (::getppid() != parent || ::read(go.ends[0], &word, 1) != 1) ::_exit(not_started);
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, 0);
  ::dup2(out.ends[1], 1);
  ::dup2(out.ends[1], 2);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  ::execvp(arguments[0], arguments);
  const char* why = std::strerror(errno);
  [[maybe_unused]] const auto written = ::write(2, why, std::strlen(why));
  ::_exit(not_started);
}

using Moment = std::chrono::steady_clock::time_point;

int left_ms(Moment end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(
      end - std::chrono::steady_clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

/// Reads until the last writer is gone, or the child is, or the time is up.
void read_all(int from, Moment end, pid_t child, std::string& into) {
  char chunk[4096];
  for (;;) {
    const int left = left_ms(end);
    pollfd poll{from, POLLIN, 0};
    constexpr int step = 100;
    const int ready = ::poll(&poll, 1, left < step ? left : step);
    if (ready > 0) {
      const ssize_t got = ::read(from, chunk, sizeof chunk);
      if (got <= 0) return;
      const std::size_t room = output_max - into.size();
      into.append(chunk, std::min(room, static_cast<std::size_t>(got)));
      continue;
    }
    if (ready < 0 && errno != EINTR) return;
    if (left == 0) return;
    // A daemon that it started may hold the streams for ever.
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid == child) return;
  }
}

/// Waits for the child until `end`; false where it still runs.
bool reap(pid_t child, Moment end, int& status) {
  for (;;) {
    const pid_t got = ::waitpid(child, &status, WNOHANG);
    if (got == child || (got < 0 && errno != EINTR)) return got == child;
    if (left_ms(end) == 0) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

ProgramEnd ended(int status, std::string output) {
  ProgramEnd end;
  end.output = std::move(output);
  if (WIFEXITED(status)) {
    end.code = WEXITSTATUS(status);
  } else {
    end.trouble = std::string("killed by ") + strsignal(WTERMSIG(status));
  }
  return end;
}

ProgramEnd never(std::string why) {
  ProgramEnd end;
  end.trouble = std::move(why);
  return end;
}

}  // namespace

std::string ProgramEnd::said() const {
  if (code < 0) return trouble;
  std::string text = output;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto line = text.rfind('\n');
  if (line != std::string::npos) text.erase(0, line + 1);
  return "exit " + std::to_string(code) + (text.empty() ? "" : ": " + text.substr(0, 200));
}

ProgramEnd run_program(const std::vector<std::string>& arguments, Duration timeout,
                       const std::function<Trouble(const ProcessIdentity&)>& started) {
  if (arguments.empty()) return never("there is no program to run");
  const std::vector<char*> given = pointers(arguments);
  Pipe go;
  Pipe out;
  if (!go.open() || !out.open()) return never(std::strerror(errno));
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return never(std::strerror(errno));
  if (child == 0) {
    ::close(go.ends[1]);
    become(given.data(), parent, go, out);
  }
  ::setpgid(child, child);
  out.close(1);
  int status = 0;
  const auto state = process_at(child);
  if (started) {
    const Trouble refused = started(state ? state->identity : ProcessIdentity{});
    if (refused) {
      go.close(1);
      ::waitpid(child, &status, 0);
      return never(*refused);
    }
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::nanoseconds(timeout.ns);
  [[maybe_unused]] const auto written = ::write(go.ends[1], "g", 1);
  std::string output;
  read_all(out.ends[0], end, child, output);
  if (reap(child, end, status)) return ended(status, std::move(output));
  ::kill(-child, SIGKILL);
  ::waitpid(child, &status, 0);
  return never(arguments[0] + " took longer than " + std::to_string(timeout.ns / 1'000'000) +
               " ms and was killed");
}

void kill_group(const ProcessIdentity& leader) {
  if (leader.pid <= 1 || leader.boot != boot_of_this_machine()) return;
  // While any of the group lives, no new process gets the leader's pid.
  const auto now = process_at(leader.pid);
  if (now && !(now->identity == leader)) return;
  ::kill(-leader.pid, SIGKILL);
}

std::string shell_line(const std::vector<std::string>& arguments) {
  std::string line;
  for (const std::string& one : arguments) {
    if (!line.empty()) line += ' ';
    const bool plain = !one.empty() && one.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") ==
        std::string::npos;
    if (plain) {
      line += one;
      continue;
    }
    line += '\'';
    for (const char c : one) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace wavetank::live
