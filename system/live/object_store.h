#pragma once
// LiveObjectStore: parts and manifests as objects, on S3 or in a folder.
//
//   {run}/e{entity}/v{output}/part-00000      bytes as the attempt encoded them, rows and digest
//                                             as metadata; .{attempt} where parts are not immutable
//   {run}/e{entity}/v{output}/manifest.json   published last
//
// Calls wait for one of the target's connections. Who publishes and who reads must name the same
// entity in CallInfo. A put that nobody waits for any more still counts and is noted.

#include <atomic>
#include <functional>
#include <string>

#include "system/live/attempts.h"
#include "system/live/live_env.h"
#include "system/live/object_client.h"
#include "system/live/pending_calls.h"
#include "system/live/session_pool.h"
#include "system/ports/object_store.h"

namespace wavetank::live {

/// Where an attempt leaves the part that it has encoded.
inline std::filesystem::path encoded_part(const Scratch& scratch) {
  return scratch.folder() / "part";
}

class LiveObjectStore final : public ObjectStore {
 public:
  /// A part whose slot names no attempt is an object without bytes.
  LiveObjectStore(LiveEnv& env, const Attempts& attempts);
  ~LiveObjectStore() override { stopping_ = true; }
  NodeId server() const override { return server_; }

  /// Why the last call that failed did; empty where none has. Never holds a secret.
  const std::string& last_error() const { return last_error_; }
  std::size_t in_use() const { return pool_.busy(); }
  PoolUse use() const { return pool_.use(); }
  std::size_t waiting() const { return pool_.waiting(); }
  /// Writes and reads an object; `done` is called on the loop's thread.
  void probe(std::function<void(Result<Done>)> done);

 private:
  using Pool = SessionPool<ObjectClient>;
  using Staged = std::shared_ptr<const Scratch>;

  void submit(Call& call) override;
  template <class V, class Work>
  void begin(Call& call, Work work);
  Result<verb::PutObject::Reply> write(ObjectClient& client, const std::string& folder,
                                       const verb::PutObject::Args& args,
                                       const Staged& staged) const;
  void settle(const CallOf<verb::PutObject>& call, const Result<verb::PutObject::Reply>& reply);
  template <class V>
  void settle(const CallOf<V>&, const Result<typename V::Reply>&) {}
  std::string folder_of(const Call& call, OutputId output) const;

  LiveEnv& env_;
  const Attempts& attempts_;
  NodeId server_;
  std::string last_error_;
  std::atomic<bool> stopping_{false};
  PendingCalls pending_;
  Pool pool_;  // dies first: its threads use the others
};

struct RunObjects {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};
/// Everything that carries the run's id. invalid for an id that is empty or holds a slash.
Result<RunObjects> count_run(ObjectClient& client, const std::string& run);
Result<std::int64_t> remove_run(ObjectClient& client, const std::string& run);

}  // namespace wavetank::live
