#pragma once
// AttachedHttp: the http port of a drill on a platform that is not ours. What the load asks is said
// in the platform's own words, as the target's `attach` describes them, and what is heard of it,
// from answers, callbacks, its status and its outputs, is noted as history. What cannot be seen is
// left out.
//
// Callbacks pass the gate as calls from `drivers` to `callbacks`: faults there make us answer late,
// with 503 (refuse), or not at all.

#include <memory>
#include <unordered_map>

#include "system/live/attached_watch.h"
#include "system/live/callback_receiver.h"
#include "system/ports/http.h"

namespace wavetank::live {

class AttachedHttp final : public Http {
 public:
  /// Throws std::runtime_error where a secret cannot be read.
  explicit AttachedHttp(LiveEnv& env, HttpClientSettings settings = {});
  ~AttachedHttp() override;

  /// Nobody of ours serves anything.
  void serve(Node&, HttpHandler) override {}
  /// Listens for callbacks and begins to watch. Throws std::runtime_error where it cannot listen.
  void start();

  /// key_skew: `ratio` of new requests name the hot input whose share is nearest; 0 restores.
  void hot_key(double share, double ratio);
  /// memory_pressure: new requests are 1/share as big; 1 restores.
  void memory(double share) { memory_ = share; }
  /// How many requests these two have shaped.
  std::uint64_t shaped() const { return shaped_; }
  /// The input that a fault of this kind would send, or none.
  static const InputTarget* input_for(const AttachTarget& attach, const char* kind, double share);

  /// How many of its pages were asked for, to see how requests stand: beside what the load sends.
  std::uint64_t looks() const { return pace_.looks(); }

  const AttachedBook& book() const { return book_; }
  const AttachedWatch& watch() const { return *watch_; }
  /// Every request has ended, and the outputs of those that succeeded were read.
  bool drained() const {
    return book_.unfinished() == 0 && (!attach_.output.given() || book_.owing().empty());
  }
  /// Why what it told may lack something: it was not heard at the end, or not understood. Or empty.
  std::string lacking() const;
  /// What must be undecided: judgeable(), less what the platform failed to show in this run.
  std::vector<Sight> sight() const;
  /// What was strange, in words: unknown words, answers not as described, strangers' callbacks.
  std::vector<std::string> notes() const;
  /// The longest time in which its status was asked for and could not be read, where so many looks
  /// were missed that times of states are no longer those of their changes.
  std::optional<Unseen> unseen() const;

 private:
  struct Receipt {  ///< a callback on its way through the gate
    ProcessId process;
    ToldState told;
  };

  bool blind() const;
  void submit(Call& call) override;
  void ask_work(Call& call);
  void ask_status(Call& call);
  void answered_work(Call& call, const Fetched& got);
  void answered_status(Call& call, ProcessId process, Time asked, const Fetched& got);
  void taken(CallOf<verb::HttpCallback>& call);
  void called_back(Callback callback);
  Task<void> receive(Receipt receipt, std::shared_ptr<HttpServer::Exchange> web);
  AskedFor choose(const Call& call, const HttpRequest& request);
  Values values_of(const Call& call, const HttpRequest& request) const;
  std::uint64_t send(Fetch fetch, Call& call, std::function<void(const Fetched&)> answered);
  Node& sender();

  LiveEnv& env_;
  const AttachTarget& attach_;
  AttachedBook book_;
  double hot_share_ = 0, hot_ratio_ = 0, memory_ = 1;
  std::uint64_t shaped_ = 0;
  std::uint64_t last_receipt_ = 0;
  std::unordered_map<std::uint64_t, Receipt> receipts_;
  std::unordered_map<std::uint64_t, Call*> out_;  ///< by the number of their fetch
  LookPace pace_;
  HttpClient client_;
  std::unique_ptr<AttachedWatch> watch_;
  std::unique_ptr<CallbackReceiver> receiver_;
};

}  // namespace wavetank::live
