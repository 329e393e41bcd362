#pragma once
// Runs the built program as a shell would, and keeps what it printed and how it ended.

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace wavetank::app {

inline std::string text_in(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// A folder of its own for each test, gone afterwards.
class Bench {
 public:
  Bench() {
    static int count = 0;
    const std::string name =
        "wavetank_test_" + std::to_string(::getpid()) + '_' + std::to_string(++count);
    folder_ = std::filesystem::temp_directory_path() / name;
    REQUIRE(std::filesystem::create_directory(folder_));
  }
  ~Bench() { std::filesystem::remove_all(folder_); }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::filesystem::path path(const std::string& name) const { return folder_ / name; }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return name;
  }

  struct Ended {
    int code = -1;  ///< negative: it died of that signal
    std::string out, err;
  };

  /// `arguments` as typed. Runs in the folder, with nothing to read.
  Ended run(const std::string& arguments, const std::string& before = "") const {
    const std::string command = "cd '" + folder_.string() + "' && " + before + " '" +
                                WAVETANK_PROGRAM + "' " + arguments +
                                " >.stdout 2>.stderr </dev/null";
    const int status = std::system(command.c_str());
    Ended ended;
    // The shell says 128 + N where the program died of signal N.
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    ended.out = text_in(path(".stdout"));
    ended.err = text_in(path(".stderr"));
    return ended;
  }

 private:
  std::filesystem::path folder_;
};

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A run of a second or so, which passes.
inline const char* small_scenario() {
  return R"({
  "title": "Small",
  "system": { "cluster": { "nodes": 4, "task_start": "100ms", "job_start": "500ms" } },
  "load": [
    { "name": "jobs", "shape": "steady", "rate": "5/s", "for": "60s", "fresh_within": "5m",
      "work": { "input": "1MB", "output": "100kB" } }
  ],
  "faults": [
    { "fault": "callback_timeout", "at": "20s", "for": "20s", "target": "callbacks",
      "ratio": "50%" }
  ],
  "warm_up": "5s",
  "settle": "5m",
  "expect": { "thresholds": ["api.latency p(99) < 10s"] }
})";
}

}  // namespace wavetank::app
