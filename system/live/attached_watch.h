#pragma once
// AttachedWatch: looks at what a platform of somebody else does with our requests: by its status
// page or its database, and at the outputs that it leaves. It only reads.

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <set>

#include "system/live/attached_book.h"
#include "system/live/attached_text.h"
#include "system/live/http_client.h"
#include "system/live/object_client.h"
#include "system/live/pq_session.h"
#include "system/live/session_pool.h"

namespace wavetank::live {

/// From when to when nothing was seen.
struct Unseen {
  Time from{}, to{};
  Duration lasted() const { return to - from; }
};

class AttachedWatch {
 public:
  /// All must outlive it.
  AttachedWatch(LiveEnv& env, AttachedBook& book, HttpClient& client);
  ~AttachedWatch();

  void start();

  /// What its words mean; one that nobody named is unknown, and counted.
  ProcessState state_of(const std::string& word);
  /// Reads an answer of the status page. The state is unknown where it does not say one.
  ToldState read_status(const std::string& body, Time asked);
  /// Words that the target does not name, and how often each was heard.
  const std::map<std::string, std::uint64_t>& unknown_words() const { return unknown_words_; }
  /// Answers in which something was not where the target says it is: the last, in words.
  void drifted(const std::string& what);
  std::uint64_t drift() const { return drift_; }
  const std::string& last_drift() const { return last_drift_; }
  /// When the platform last told how everything stands that was open then.
  Time last_seen() const { return last_seen_; }
  /// The longest time until now in which it was asked and told nothing.
  Unseen longest_unseen() const;
  /// Why the last look failed; empty where it did not.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Look;  ///< what a thread found
  Task<void> watch();
  void look_by_page();
  void look_by_query();
  void look_at_outputs();
  void found(const Look& look);
  void read_output(ProcessId process, const std::string& text);
  void saw(Time at);
  Values values_of(ProcessId process) const;

  LiveEnv& env_;
  const AttachTarget& attach_;
  AttachedBook& book_;
  HttpClient& client_;
  std::set<ProcessId> asking_;  ///< whose page, or whose output, is being read
  std::set<ProcessId> reading_;
  std::uint32_t turn_ = 0;      ///< whose page comes next
  bool querying_ = false;
  std::map<std::string, std::uint64_t> unknown_words_;
  std::uint64_t drift_ = 0;
  std::string last_drift_;
  std::string trouble_;
  Time last_seen_{};
  Unseen longest_{};
  SocketWatch sockets_;
  std::unique_ptr<SessionPool<PqSession>> database_;    // these end before what they write to
  std::unique_ptr<SessionPool<ObjectClient>> objects_;
};

}  // namespace wavetank::live
