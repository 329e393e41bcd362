#include "app/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace wavetank::app {
namespace {

std::atomic<int> caught{0};
/// Where the handler tells of a second signal; -1 while nobody listens.
std::atomic<int> told{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a handler may not wait for a lock");

constexpr char enough = 0;

void on_signal(int number) {
  const int saved = errno;
  int none = 0;
  const bool is_first = caught.compare_exchange_strong(none, number);
  const int listener = told.load();
  // Whoever listens ends the program; the next signal does so without that.
  if (is_first || listener < 0) {
    if (listener < 0) std::signal(number, SIG_DFL);
  } else {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    const char word = static_cast<char>(number);
    [[maybe_unused]] const auto wrote = ::write(listener, &word, 1);
  }
  errno = saved;
}

struct Pipe {
  int from = -1, to = -1;
};

/// Made once and never closed: a handler may be about to write.
const Pipe& words() {
  static const Pipe pipe = [] {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for signals");
    return Pipe{ends[0], ends[1]};
  }();
  return pipe;
}

/// The number of the signal, or `enough`.
char next_word() {
  char word = enough;
  while (::read(words().from, &word, 1) < 0 && errno == EINTR) {
  }
  return word;
}

}  // namespace

const std::atomic<int>& watch_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return caught;
}

LastWords::LastWords(std::function<void()> say)
    : listening_([say = std::move(say)] {
        const char word = next_word();
        if (word == enough) return;
        say();
        std::_Exit(128 + word);
      }) {
  told.store(words().to);
  watch_signals();  // the first may have come already
}

LastWords::~LastWords() {
  told.store(-1);
  if (caught.load() != 0) {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
  }
  [[maybe_unused]] const auto wrote = ::write(words().to, &enough, 1);
  listening_.join();
}

}  // namespace wavetank::app
