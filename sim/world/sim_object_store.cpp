#include "sim/world/sim_object_store.h"

namespace wavetank::sim {

SimObjectStore::SimObjectStore(Env& env)
    : ObjectStore(env.loop(), env.gate(), env.history()),
      env_(env),
      server_(env.hosts.add("objects").id()),
      latency_(env.settings.objects.latency),
      limiter_(PrefixLimits{env.settings.objects.writes_per_s, env.settings.objects.reads_per_s,
                            env.settings.objects.split_after}) {}

void SimObjectStore::submit(Call& call) {
  switch (call.op) {
    case Op::objects_put: {
      const Bytes size = static_cast<CallOf<verb::PutObject>&>(call).args.size;
      Taken<verb::PutObject> taken(*this, call);
      return env_.root().start(serve<verb::PutObject>(std::move(taken), true, size));
    }
    case Op::objects_get: {
      Taken<verb::GetManifest> taken(*this, call);
      return env_.root().start(serve<verb::GetManifest>(std::move(taken), false, Bytes{1'000}));
    }
    default: {
      Taken<verb::ListParts> taken(*this, call);
      return env_.root().start(serve<verb::ListParts>(std::move(taken), false, Bytes{1'000}));
    }
  }
}

bool SimObjectStore::admit(const Call& call, bool writes) {
  const auto prefixes = static_cast<std::uint64_t>(env_.settings.objects.prefixes);
  const std::uint64_t prefix = mix64(call.info.entity.value) % prefixes;
  const bool admitted = writes ? limiter_.admit_write(prefix, loop_.now())
                               : limiter_.admit_read(prefix, loop_.now());
  if (!admitted) return false;
  (writes ? busy_writes_ : busy_reads_) += 1'000'000'000u;
  return true;
}

// The bytes of a part have gone through the worker's network before: see SimDataset::work.
template <class V>
Task<void> SimObjectStore::serve(Taken<V> call, bool writes, Bytes) {
  const Duration there = env_.network.request(*call, Bytes{500});
  co_await sleep(loop_, there);
  if (!admit(*call, writes)) {
    call.complete(Failure::throttled);
    co_return;
  }
  co_await env_.spend(*call, server_);
  static constexpr Purpose purpose("objects");
  const Duration work = env_.service(latency_, *call, purpose);
  co_await sleep(loop_, work);
  call->reply = apply(*call);
  const Duration back = env_.network.reply(*call, Bytes{500});
  co_await sleep(loop_, back);
  call.complete();
}

Result<verb::PutObject::Reply> SimObjectStore::apply(const CallOf<verb::PutObject>& call) {
  verb::PutObject::Args args = call.args;
  args.manifest.published = loop_.now();
  auto reply = model_.put(args);
  if (!args.is_manifest || !reply.ok()) return reply;
  model_.seal(args.output);
  Event e;
  e.kind = EventKind::manifest_published;
  e.ticket.output = args.output;
  e.ticket.entity = call.info.entity;
  e.ticket.priority = call.info.priority;
  e.job = args.manifest.job;
  e.node = server_;
  e.value = args.manifest.right ? 1 : 0;
  e.extra = args.manifest.epoch;
  e.aux = args.manifest.validated ? 1 : 0;
  e.cause = call.info.cause;
  const EventId id = history_.note(e);
  if (reply->overwrote) {
    e.kind = EventKind::version_overwritten;
    e.cause = id;
    history_.note(e);
  }
  return reply;
}

Result<Manifest> SimObjectStore::apply(const CallOf<verb::GetManifest>& call) {
  return model_.manifest(call.args);
}

Result<verb::ListParts::Reply> SimObjectStore::apply(const CallOf<verb::ListParts>& call) {
  return model_.list(call.args);
}

}  // namespace wavetank::sim
