#include "system/live/drill/lock.h"

#include <unistd.h>

#include <chrono>
#include <ctime>

#include "system/live/drill/process.h"
#include "system/live/drill/program.h"
#include "system/live/drill/undo_record.h"

namespace wavetank::live {
namespace {

using Json = nlohmann::json;

constexpr const char* run_entry = "run";
constexpr const char* halt_entry = "halt";

std::int64_t now_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string host_name() {
  char name[256] = "";
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string user_name() {
  const char* name = std::getenv("USER");
  return name != nullptr && *name != '\0' ? name : "uid " + std::to_string(::getuid());
}

/// A run of this machine whose process is gone will not come back for its lock.
bool is_of_the_dead(const std::string& holder) {
  const Json json = Json::parse(holder, nullptr, false);
  if (!json.is_object() || json.value("host", "") != host_name()) return false;
  try {
    const auto process = json.at("process").get<ProcessIdentity>();
    // Pids of another boot say nothing here unless the machine is the same; then all are gone.
    return process.boot == boot_of_this_machine() && !is_alive(process);
  } catch (const Json::exception&) {
    return false;
  }
}

/// What such a run has struck and nobody has undone, by its record; its watchdog may be at it.
Trouble left_standing(const std::string& holder) {
  const Json json = Json::parse(holder, nullptr, false);
  const auto folder = json.find("folder");
  if (folder == json.end() || !folder->is_string()) return std::nullopt;
  // Where there is no record to read, nothing was struck or all is repaired and gone.
  const auto run = read_undo_record(folder->get<std::string>());
  if (!run || standing(*run).empty()) return std::nullopt;
  return holder_text(holder) + ", has ended, and what it struck is not undone: wavetank undo " +
         shell_line({folder->get<std::string>()});
}

}  // namespace

Json holder_of_this_process(const std::string& run, const std::string& folder) {
  Json who = {{"run", run},
              {"host", host_name()},
              {"user", user_name()},
              {"since", utc_now()},
              {"process", this_process()}};
  if (!folder.empty()) who["folder"] = folder;
  return who;
}

std::string holder_text(const std::string& holder) {
  const Json json = Json::parse(holder, nullptr, false);
  if (!json.is_object()) return "somebody (" + holder.substr(0, 100) + ')';
  try {
    std::string text = json.contains("run") ? "run " + json["run"].get<std::string>() + " of " : "";
    text += json.at("user").get<std::string>() + " on host " + json.at("host").get<std::string>();
    const auto process = json.find("process");
    if (process != json.end()) text += ", process " + process->at("pid").dump();
    text += ", since " + json.at("since").get<std::string>();
    if (json.contains("folder")) text += ", in " + json["folder"].get<std::string>();
    const std::string reason = json.value("reason", "");
    return reason.empty() ? text : text + ": " + reason;
  } catch (const Json::exception&) {
    return "somebody (" + holder.substr(0, 100) + ')';
  }
}

TargetLock::TargetLock(LockPlace& place, const std::string& run, Duration time,
                       const std::string& folder)
    : place_(place),
      holder_(holder_of_this_process(run, folder)
                  .dump(-1, ' ', false, Json::error_handler_t::replace)),
      time_(time) {}

Trouble TargetLock::take() {
  struck_ = false;
  const auto halted = who_halted(place_);
  if (!halted) return halted.why();
  if (*halted) return "runs are halted by " + **halted + "; wavetank halt --release lifts it";
  for (int attempt = 0;; ++attempt) {
    const std::int64_t before = now_ns();
    const auto stands = place_.take(run_entry, holder_, time_);
    if (!stands) return stands.why();
    if (*stands == holder_) {
      last_ = before;
      return std::nullopt;
    }
    const bool dead = attempt == 0 && is_of_the_dead(*stands);
    if (const Trouble left = dead ? left_standing(*stands) : Trouble()) {
      struck_ = true;
      return left;
    }
    if (dead && !place_.drop(run_entry, *stands)) continue;
    return "the target is in use by " + holder_text(*stands) + " (" + place_.where() + ')';
  }
}

Trouble TargetLock::renew() {
  const std::int64_t before = now_ns();
  const auto stands = place_.take(run_entry, holder_, time_);
  if (stands && *stands != holder_) {
    return "the target's lock was lost to " + holder_text(*stands);
  }
  if (stands) last_ = before;
  const auto halted = who_halted(place_);
  if (halted && *halted) return "halted by " + **halted;
  // A drill may have cut the very link that the lock lies behind.
  if (!stands && now_ns() - last_ > time_.ns) {
    return "the target's lock has lapsed: " + stands.why();
  }
  return std::nullopt;
}

Trouble TargetLock::release() { return place_.drop(run_entry, holder_); }

Answer<std::optional<std::string>> who_runs(LockPlace& place) {
  using Found = Answer<std::optional<std::string>>;
  const auto holder = place.read(run_entry);
  if (!holder) return Found::none(holder.why());
  if (holder->empty() || is_of_the_dead(*holder)) return std::optional<std::string>();
  return std::optional<std::string>(holder_text(*holder));
}

Trouble halt_target(LockPlace& place, const std::string& reason) {
  Json who = holder_of_this_process("");
  who.erase("run");
  who.erase("process");
  who["reason"] = reason;
  const auto stands = place.take(halt_entry, who.dump(), for_ever);
  if (!stands) return stands.why();
  return std::nullopt;
}

Answer<std::optional<std::string>> who_halted(LockPlace& place) {
  using Found = Answer<std::optional<std::string>>;
  const auto holder = place.read(halt_entry);
  if (!holder) return Found::none(holder.why());
  if (holder->empty()) return std::optional<std::string>();
  return std::optional<std::string>(holder_text(*holder));
}

Trouble release_halt(LockPlace& place) {
  const auto holder = place.read(halt_entry);
  if (!holder) return holder.why();
  if (holder->empty()) return std::nullopt;
  return place.drop(halt_entry, *holder);
}

std::unique_ptr<LockPlace> lock_place(const Target& target) {
  if (target.lock == "cache") return lock_in_cache(target.cache);
  if (target.lock == "file") return lock_in_folder(target.state + "/locks");
  return lock_in_database(target.database);
}

}  // namespace wavetank::live
