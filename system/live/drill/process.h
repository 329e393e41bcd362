#pragma once
// Processes of this machine, by an identity that no other process ever shares: a pid is used again,
// a pid with the moment of its start and the boot it counts from is not.

#include <sys/types.h>

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "system/live/drill/trouble.h"

namespace wavetank::live {

struct ProcessIdentity {
  pid_t pid = 0;
  unsigned long long start = 0;  ///< clock ticks since boot
  std::string boot;              ///< id of the boot and of the pid namespace
  bool operator==(const ProcessIdentity&) const = default;
};

void to_json(nlohmann::json& out, const ProcessIdentity& identity);
void from_json(const nlohmann::json& in, ProcessIdentity& identity);

struct ProcessState {
  ProcessIdentity identity;
  char state = '?';  ///< as in /proc/PID/stat: T is stopped, Z is dead and not yet waited for
  double age = 0;    ///< seconds since it started
};

/// What runs under this pid now; nothing where no process does. A dead one that nobody has waited
/// for does not run.
std::optional<ProcessState> process_at(pid_t pid);

/// The caller itself.
ProcessIdentity this_process();
/// Where pids mean what they mean here: this boot and this pid namespace.
const std::string& boot_of_this_machine();

inline bool is_alive(const ProcessIdentity& identity) {
  const auto state = process_at(identity.pid);
  return state && state->identity == identity;
}

/// The living process that the file names. Refused where the file is older than the process, as the
/// pid is then another's, and for init and the caller.
Answer<ProcessState> process_of_file(const std::string& pid_file);

/// Signals exactly this process; a stranger under the same pid is never hit. No process is trouble.
Trouble send_signal(const ProcessIdentity& identity, int signal);

}  // namespace wavetank::live
