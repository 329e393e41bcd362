#include "system/live/supervisor.h"

#include <signal.h>
#include <stdlib.h>

#include "tests/live/fixture.h"

namespace wavetank::live {
namespace {

/// A folder of its own, and a supervisor on it.
class Watched {
 public:
  Watched() : bench_(target_), supervisor_(bench_.core.root, bench_.core.loop, folder()) {}
  ~Watched() {
    bench_.core.stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void replace(std::vector<ChildSpec> specs, Duration grace = whole_seconds(2)) {
    bool done = false;
    bench_.core.root.spawn(run(std::move(specs), grace, done));
    REQUIRE(wait_for([&] { return done; }));
  }
  bool wait_for(const std::function<bool()>& done) { return bench_.wait_for(done); }
  void wait(Duration time) { bench_.wait(time); }
  ChildStatus child(const std::string& name) const {
    for (const ChildStatus& one : supervisor_.children()) {
      if (one.name == name) return one;
    }
    return {};
  }
  Supervisor& operator*() { return supervisor_; }

 private:
  std::filesystem::path folder() {
    if (folder_.empty()) folder_ = std::filesystem::temp_directory_path() / fresh_run();
    return folder_;
  }
  Task<void> run(std::vector<ChildSpec> specs, Duration grace, bool& done) {
    co_await supervisor_.replace(std::move(specs), grace);
    done = true;
  }

  Target target_;
  std::filesystem::path folder_;
  Bench bench_;
  Supervisor supervisor_;
};

bool alive(pid_t pid) { return pid > 0 && ::kill(pid, 0) == 0; }

TEST_CASE("supervisor: what dies is started again, and ends with it") {
  pid_t second = 0;
  {
    Watched watched;
    watched.replace({{"api/0", {"/bin/sleep", "600"}}});
    const pid_t first = watched.child("api/0").pid;
    REQUIRE(alive(first));
    ::kill(first, SIGKILL);
    CHECK(watched.wait_for([&] {
      second = watched.child("api/0").pid;
      return second != 0 && second != first;
    }));
    CHECK(watched.child("api/0").starts == 2);
    CHECK(alive(second));
  }
  CHECK_FALSE(alive(second));
}

TEST_CASE("supervisor: a held process stays down until it is released or the hold lapses") {
  Watched watched;
  watched.replace({{"workers/0", {"/bin/sleep", "600"}}});
  CHECK((*watched).hold("workers/0", minutes(5)));
  CHECK(watched.wait_for([&] { return watched.child("workers/0").pid == 0; }));
  watched.wait(milliseconds(400));
  CHECK(watched.child("workers/0").pid == 0);
  CHECK((*watched).release("workers/0"));
  CHECK(watched.wait_for([&] { return watched.child("workers/0").pid != 0; }));
  CHECK((*watched).hold("workers/0", milliseconds(300)));
  CHECK(watched.wait_for([&] { return watched.child("workers/0").pid == 0; }));
  CHECK(watched.wait_for([&] { return watched.child("workers/0").pid != 0; }));
  CHECK_FALSE((*watched).hold("nobody", minutes(1)));
}

TEST_CASE("supervisor: who is needed to end well is asked to end last") {
  const std::filesystem::path mark = std::filesystem::temp_directory_path() / fresh_run();
  const auto ends = [](const std::string& what) {
    const std::string trap = "trap '" + what + "; exit 0' TERM; ";
    return std::vector<std::string>{"/bin/sh", "-c",
                                    trap + "echo here; while :; do sleep 0.05; done"};
  };
  Watched watched;
  const std::string file = mark.string();
  const std::string last = "test -e " + file + " && mv " + file + " " + file + ".last";
  watched.replace({{"workers/0", ends(last), 2},
                   {"api/0", ends("sleep 0.3; echo done > " + file), 0}});
  for (const char* name : {"api/0", "workers/0"}) {
    CHECK(watched.wait_for([&] { return (*watched).tail(name) == "here\n"; }));
  }
  watched.replace({}, minutes(1));
  CHECK(std::filesystem::remove(file + ".last"));
}

TEST_CASE("supervisor: one that will not end is killed, and one that cannot start is tried again") {
  Watched watched;
  watched.replace({{"stubborn", {"/bin/sh", "-c", "trap '' TERM; echo here; sleep 600; sleep 600"}},
                   {"missing", {"/no/such/program"}}});
  CHECK(watched.wait_for([&] { return (*watched).tail("stubborn") == "here\n"; }));
  const pid_t stubborn = watched.child("stubborn").pid;
  CHECK(watched.wait_for([&] { return watched.child("missing").starts >= 3; }));
  watched.replace({}, milliseconds(200));
  CHECK_FALSE(alive(stubborn));
  CHECK((*watched).children().empty());
}

}  // namespace
}  // namespace wavetank::live
