#pragma once
// AttachedWatch: looks at what a platform of somebody else does with our requests: by its status
// page or its database, and at the outputs that it leaves. It only reads.

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "system/live/attached_book.h"
#include "system/live/attached_text.h"
#include "system/live/http_client.h"
#include "system/live/look_pace.h"
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
  /// All must outlive it. Pages are asked for as `pace` lets it: they are served as requests are.
  AttachedWatch(LiveEnv& env, AttachedBook& book, HttpClient& client, LookPace& pace);
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
  /// Something was told that its target does not describe.
  bool misunderstood() const { return drift_ > 0 || !unknown_words().empty(); }
  const std::string& last_drift() const { return last_drift_; }
  /// A look that is older than this tells nothing of now: so many that were to follow have failed.
  Duration old() const {
    return std::max(attach_.status.every, pace_.interval()) * looks_missed;
  }
  /// How many pages a second it asks for at most, where no limit makes it wait.
  static double pages_per_s(const AttachTarget& attach);
  /// Outputs of requests that look unended, whose page has not told so of late.
  std::set<OutputId> states_in_doubt() const;
  /// Outputs that are due and were not found, where it is not sure that they are not there: nobody
  /// could look of late, or since the last look that failed.
  std::set<OutputId> outputs_in_doubt() const;
  /// Why an output could not be read, the last time.
  const std::string& output_trouble() const { return output_trouble_; }
  /// When the platform last told how everything stands that was open then.
  Time last_seen() const { return last_seen_; }
  /// The longest time until now in which it was asked and told nothing.
  Unseen longest_unseen() const;
  /// Why the last look failed; empty where it did not.
  const std::string& trouble() const { return trouble_; }

 private:
  static constexpr int looks_missed = 5;
  struct Look;  ///< what a thread found
  Task<void> watch();
  void look_at_states();
  void look_by_page();
  void look_by_query();
  void look_at_outputs();
  Fetch page_at(const std::string& url, ProcessId process) const;
  void ask_page(ProcessId process);
  void ask_output_page(ProcessId process);
  void ask_object(ProcessId process);
  void found(const Look& look);
  void missed_output(ProcessId process, Time asked, const std::string& trouble);
  Time lately() const;
  void read_output(ProcessId process, const std::string& text);
  void saw(Time at);
  Values values_of(ProcessId process) const;

  LiveEnv& env_;
  const AttachTarget& attach_;
  AttachedBook& book_;
  HttpClient& client_;
  LookPace& pace_;
  std::set<ProcessId> asking_;  ///< whose page, or whose output, is being read
  std::set<ProcessId> reading_;
  ProcessId next_page_{0}, next_output_{0};  ///< who comes next
  std::map<ProcessId, Time> told_;    ///< when its page was asked that told its state last
  std::map<ProcessId, Time> absent_;  ///< when it was asked last whose output was not there
  Time output_failed_{};              ///< when an output was asked for last that could not be read
  std::string output_trouble_;
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
