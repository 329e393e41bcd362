#include "system/live/drill/watchdog.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

namespace wavetank::live {
namespace {

constexpr char ready_word = 'r';
constexpr char beat_word = 'b';
constexpr char done_word = 'd';
constexpr char clean_word = 'c';

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// The next word of the other side, 0 where there is none: it is gone or says nothing in time.
char next_word(int socket, Duration most) {
  pollfd wait{socket, POLLIN, 0};
  const std::int64_t end = now_ns() + most.ns;
  for (;;) {
    const std::int64_t left = (end - now_ns()) / 1'000'000;
    const int ready = ::poll(&wait, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready < 0 && errno == EINTR) continue;
    char word = 0;
    if (ready <= 0 || ::recv(socket, &word, 1, 0) != 1) return 0;
    return word;
  }
}

/// Between fork and exec: nothing but system calls. Forks once more, so that it is nobody's child.
[[noreturn]] void become(char* const* command, int socket, int log) {
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  for (int number = 1; number < NSIG; ++number) std::signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::dup2(socket, 0);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  ::execv(command[0], command);
  ::_exit(127);
}

}  // namespace

Watchdog::Watchdog(int socket, Duration lease)
    : socket_(socket), lease_(lease), last_beat_(now_ns()) {}

Watchdog::~Watchdog() { ::close(socket_); }

Answer<std::unique_ptr<Watchdog>> Watchdog::start(const std::vector<std::string>& command,
                                                  const std::filesystem::path& folder,
                                                  Duration lease) {
  using Started = Answer<std::unique_ptr<Watchdog>>;
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  const auto path = folder / "watchdog.log";
  const int log = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return Started::none(path.string() + ": " + std::strerror(errno));
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    ::close(log);
    return Started::none(std::string("a socket for the watchdog: ") + std::strerror(errno));
  }
  const pid_t child = ::fork();
  if (child == 0) become(arguments.data(), ends[1], log);
  ::close(ends[1]);
  ::close(log);
  auto watchdog = std::unique_ptr<Watchdog>(new Watchdog(ends[0], lease));
  if (child < 0) return Started::none(std::string("the watchdog: ") + std::strerror(errno));
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (next_word(ends[0], whole_seconds(20)) != ready_word) {
    return Started::none("the watchdog does not start; see " + path.string());
  }
  if (const Trouble trouble = watchdog->beat()) return Started::none(*trouble);
  return watchdog;
}

Trouble Watchdog::beat() {
  const std::int64_t before = now_ns();
  if (::send(socket_, &beat_word, 1, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) {
    return std::string("the watchdog is gone: ") + std::strerror(errno);
  }
  last_beat_ = before;
  return std::nullopt;
}

bool Watchdog::lapsing() const { return now_ns() - last_beat_ > lease_.ns / 2; }

Trouble Watchdog::dismiss(Duration most) {
  if (::send(socket_, &done_word, 1, MSG_NOSIGNAL) != 1) {
    return std::string("the watchdog is gone: ") + std::strerror(errno);
  }
  if (next_word(socket_, most) == clean_word) return std::nullopt;
  return "the watchdog does not say that all is undone";
}

namespace {

volatile std::sig_atomic_t told_to_end = 0;

void on_end(int) { told_to_end = 1; }

void listen_to_signals() {
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGQUIT, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // A machine that shuts down: what can be undone is undone now.
  struct sigaction end {};
  end.sa_handler = on_end;
  ::sigaction(SIGTERM, &end, nullptr);
}

void tell(const std::string& line) {
  const std::string text = line + '\n';
  [[maybe_unused]] const auto wrote = ::write(2, text.data(), text.size());
}

/// What is left after it; empty where all is undone.
std::string undo_round(const std::filesystem::path& folder, const Patience& patience,
                       bool again) {
  const auto undone = again ? undo_again(folder, patience) : undo_all(folder, patience);
  if (!undone) {
    tell(undone.why());
    return undone.why();
  }
  if (undone->strikes > 0) tell("undid " + std::to_string(undone->strikes) + " strikes");
  std::string all;
  for (const Residue& left : undone->residue) {
    const std::string text = left.what + ": " + left.where;
    tell("left: " + text);
    all += (all.empty() ? "" : "; ") + text;
  }
  return all;
}

enum class Ended { done, gone };

/// Until the run says that it is over, or is gone. Undoes meanwhile where the lease lapses.
Ended follow(const std::filesystem::path& folder, const WatchSettings& settings, bool& lapsed) {
  std::int64_t end = now_ns() + settings.lease.ns;
  for (;;) {
    pollfd wait{0, POLLIN, 0};
    constexpr std::int64_t look = 200;
    const std::int64_t left = (end - now_ns()) / 1'000'000;
    const int ready = ::poll(&wait, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, look)));
    if (told_to_end != 0) return Ended::gone;
    if (ready > 0) {
      char word = 0;
      if (::recv(0, &word, 1, 0) != 1) return Ended::gone;
      if (word == done_word) return Ended::done;
      end = now_ns() + settings.lease.ns;
      continue;
    }
    if (lapsed || now_ns() < end) {
      // The run lives but does not beat: it may still strike, so it is watched to its end.
      if (lapsed) end = now_ns() + settings.lease.ns;
      continue;
    }
    tell("the lease has lapsed");
    lapsed = true;
    undo_round(folder, settings.patience, false);
  }
}

}  // namespace

int watch(const std::filesystem::path& folder, const WatchSettings& settings) {
  constexpr int left_behind = 6;
  listen_to_signals();
  tell("process " + std::to_string(::getpid()) + " watches");
  if (::send(0, &ready_word, 1, MSG_NOSIGNAL) != 1) return 1;
  bool lapsed = false;
  const Ended how = follow(folder, settings, lapsed);
  if (how == Ended::gone) tell("the run is gone");
  const auto notify = [&](const char* event, const std::string& text) {
    // A run that is there tells by itself.
    if (how == Ended::gone && settings.notify) settings.notify({event, "the run is gone; " + text});
  };
  const int rounds = how == Ended::done ? 1 : settings.rounds;
  std::string left;
  for (int round = 0; round < rounds; ++round) {
    if (round > 0) ::usleep(static_cast<useconds_t>(settings.between.count() * 1'000));
    left = undo_round(folder, settings.patience, lapsed);
    if (!left.empty()) {
      if (round == 0) notify("residue", left + "; its watchdog goes on trying");
      continue;
    }
    (void)::send(0, &clean_word, 1, MSG_NOSIGNAL);
    notify("stop", "its watchdog has undone all of it");
    return 0;
  }
  notify("residue", left + "; its watchdog gave up");
  tell("gave up; wavetank undo " + folder.string() + " tries again");
  return left_behind;
}

}  // namespace wavetank::live
