#pragma once
// Supervisor: starts the processes of a platform, keeps them running, and stops them.
//
// A process that ends is started again: at once, then after 0.1 s, 0.2 s and so on up to 5 s; one
// that ran for 10 s begins anew. A held one stays down until it is released or its hold lapses, so
// that nobody who dies can leave it down. Output goes to STATE/logs/NAME.log, ids to
// STATE/pids/NAME.pid ('/' in a name is '-').

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "system/base/task_group.h"

namespace wavetank::live {

struct ChildSpec {
  std::string name;
  std::vector<std::string> argv;  ///< the program first
  int wave = 0;                   ///< when all are to end: lower ones have ended before it is asked
};

struct ChildStatus {
  std::string name;
  pid_t pid = 0;  ///< 0 while it is down
  std::uint64_t starts = 0;
  bool held = false;
  int last_status = 0;  ///< as waitpid told of its last end
};

class Supervisor {
 public:
  /// `group` runs its watch and must be cancelled before it goes. Makes the folders; throws
  /// std::filesystem::filesystem_error where it cannot.
  Supervisor(TaskGroup& group, Loop& loop, std::filesystem::path state);
  /// Kills what still runs.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Replaces all children by these. What ran is asked to end, wave by wave, and killed where it
  /// has not after `grace`.
  Task<void> replace(std::vector<ChildSpec> specs, Duration grace);

  /// Kills it and keeps it down for at most `lease`. False where there is no such child.
  bool hold(const std::string& name, Duration lease);
  bool release(const std::string& name);

  std::vector<ChildStatus> children() const;
  /// The end of the child's log, for messages.
  std::string tail(const std::string& name, std::size_t bytes = 2'000) const;

 private:
  struct Child {
    ChildSpec spec;
    ChildStatus status;
    Time started{}, start_at{}, held_until{};
    int failures = 0;  ///< ends in a row that came soon after a start
  };

  Task<void> watch();
  void tell(int wave, int signal);
  bool runs(int wave) const;
  void start(Child& child);
  void ended(Child& child, int status);
  void reap();
  std::filesystem::path file(const char* folder, const std::string& name, const char* end) const;

  Loop& loop_;
  std::filesystem::path state_;
  std::map<std::string, Child> children_;
  bool stopping_ = false;
};

}  // namespace wavetank::live
