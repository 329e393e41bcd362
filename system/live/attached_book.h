#pragma once
// AttachedBook: what is known of the requests that a platform of somebody else has taken in, and
// the history of it: only what was really heard, at the time when it was heard.

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "system/live/live_env.h"

namespace wavetank::live {

/// A state as someone told it.
struct ToldState {
  ProcessState state = ProcessState::unknown;
  std::optional<std::int64_t> version;  ///< grows with each change, where the platform says so
  Time asked{};       ///< when the question was sent; of a callback, when it came
  bool sure = false;  ///< read where the platform keeps it, not from a page that may be cached
};

struct ToldOutput {
  bool right = true;  ///< everything that the target lets us check is so
  std::optional<std::int64_t> rows_in, rows_out, rows_rejected;
};

struct AttachedProcess {
  std::string id;  ///< the platform's own
  Ticket ticket;
  ProcessState state = ProcessState::accepted;
  std::int64_t version = 0;
  Time accepted{}, since{};
  std::uint32_t effects = 0;    ///< times that it was heard to have ended
  std::uint32_t callbacks = 0;
  bool answered = false;        ///< somebody was told its id
  bool output = false;          ///< its output was read
};

/// What a key stands for, however often it is sent.
struct AskedFor {
  std::size_t input = 0;  ///< index of its {input} in the target; past them: none
  Bytes bytes{};
};

struct AttachedCounts {
  std::uint64_t processes = 0;
  std::uint64_t doubled = 0;     ///< processes beyond the first of one key
  std::uint64_t known = 0;       ///< requests that came again and made nothing new
  std::uint64_t callbacks = 0;
  std::uint64_t repeated = 0;    ///< callbacks that came again
  std::uint64_t stale = 0;       ///< answers older than what was known
};

class AttachedBook {
 public:
  /// It must outlive it. `run` begins every key.
  explicit AttachedBook(LiveEnv& env) : env_(env) {}

  /// What was asked for under this output's key; null where nothing was yet.
  const AskedFor* asked(OutputId output) const;
  /// A request is sent for the first time.
  void ask(const Ticket& ticket, AskedFor what) {
    requests_[ticket.output.value] = {ticket, what, {}};
  }
  /// The platform's id of a request for `output`: noted as accepted where it is new. Invalid where
  /// nobody asked for that output.
  ProcessId learn(const std::string& id, OutputId output);
  /// The platform has answered a request with its id: the first time, or once more.
  void answered(ProcessId process);
  void told(ProcessId process, const ToldState& told);
  /// A callback has come. Invalid processes are only counted.
  void called_back(ProcessId process, const ToldState& told);
  void callback_unanswered(ProcessId process);
  void published(ProcessId process, const ToldOutput& output);

  std::optional<ProcessId> find(const std::string& id) const;
  /// The newest process of an output.
  std::optional<ProcessId> find(OutputId output) const;
  /// The output that a key of this run names.
  std::optional<OutputId> output_of(const std::string& key) const;
  std::string key_of(OutputId output) const;

  const AttachedProcess& operator[](ProcessId process) const { return all_[process.value]; }
  std::size_t size() const { return all_.size(); }
  /// Those not heard to have ended, the oldest first, and those that owe an output.
  std::vector<ProcessId> open() const;
  std::vector<ProcessId> owing() const;
  std::size_t unfinished() const { return unfinished_; }
  const AttachedCounts& counts() const { return counts_; }

 private:
  struct Request {
    Ticket ticket;
    AskedFor what;
    std::optional<ProcessId> newest;
  };
  Event event(EventKind kind, ProcessId process) const;
  void move(ProcessId process, AttachedProcess& one, ProcessState to);

  LiveEnv& env_;
  std::unordered_map<std::uint32_t, Request> requests_;  ///< by output
  std::unordered_map<std::string, ProcessId> ids_;
  std::vector<AttachedProcess> all_;  ///< by ProcessId
  std::size_t unfinished_ = 0;
  AttachedCounts counts_;
};

}  // namespace wavetank::live
