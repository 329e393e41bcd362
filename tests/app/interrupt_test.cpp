// What a second signal does, in processes of their own: they end by it.

#include "app/interrupt.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <string>

namespace wavetank::app {
namespace {

struct End {
  int exit = -1;    ///< -1 where it did not exit
  int signal = 0;   ///< that killed it
  std::string said;
};

/// What becomes of a process that does so. It writes to the descriptor.
End end_of(const std::function<void(int)>& action) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    action(ends[1]);
    for (;;) ::pause();
  }
  ::close(ends[1]);
  End end;
  char letter = 0;
  while (::read(ends[0], &letter, 1) == 1) end.said += letter;
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) end.exit = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

std::function<void()> saying(int to, const char* word) {
  return [to, word] { [[maybe_unused]] const auto wrote = ::write(to, word, 1); };
}

TEST_CASE("interrupt: the first signal is told, the second ends the process") {
  const End end = end_of([](int to) {
    const auto& signal = watch_signals();
    ::raise(SIGINT);
    if (signal.load() == SIGINT) saying(to, "1")();
    ::raise(SIGINT);
  });
  CHECK(end.said == "1");
  CHECK(end.signal == SIGINT);
}

TEST_CASE("interrupt: last words are said at the second signal, of either kind, and it exits") {
  for (const int second : {SIGINT, SIGTERM}) {
    const End end = end_of([second](int to) {
      const auto& signal = watch_signals();
      const LastWords words(saying(to, "w"));
      ::raise(SIGINT);
      if (signal.load() == SIGINT) saying(to, "1")();
      ::raise(second);
      for (;;) ::pause();
    });
    CHECK(end.said == "1w");
    CHECK(end.exit == 128 + second);
  }
}

TEST_CASE("interrupt: a first signal that came before the last words were ready counts") {
  const End end = end_of([](int to) {
    watch_signals();
    ::raise(SIGTERM);
    const LastWords words(saying(to, "w"));
    ::raise(SIGTERM);
    for (;;) ::pause();
  });
  CHECK(end.said == "w");
  CHECK(end.exit == 128 + SIGTERM);
}

TEST_CASE("interrupt: a third signal does not wait for last words that never end") {
  const End end = end_of([](int to) {
    watch_signals();
    const LastWords words([to] {
      saying(to, "w")();
      ::raise(SIGINT);
      for (;;) ::pause();
    });
    ::raise(SIGINT);
    ::raise(SIGINT);
    for (;;) ::pause();
  });
  CHECK(end.said == "w");
  CHECK(end.signal == SIGINT);
}

TEST_CASE("interrupt: once nothing can stand, the second signal just ends the process") {
  const End end = end_of([](int to) {
    watch_signals();
    {
      const LastWords words(saying(to, "w"));
      ::raise(SIGINT);
    }
    saying(to, "2")();
    ::raise(SIGINT);
  });
  CHECK(end.said == "2");
  CHECK(end.signal == SIGINT);
}

}  // namespace
}  // namespace wavetank::app
