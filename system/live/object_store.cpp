#include "system/live/object_store.h"

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "system/live/manifest_json.h"

namespace wavetank::live {
namespace {

using Steady = std::chrono::steady_clock;

/// For a call that ends only with its caller.
constexpr Duration patience = minutes(2);

std::string part_name(const Part& part) {
  char name[32];
  std::snprintf(name, sizeof name, "part-%05u", part.index);
  return part.attempt == 0 ? name : name + ("." + std::to_string(part.attempt));
}

ObjectMetadata metadata_of(const Part& part) {
  return {{"rows-in", std::to_string(part.rows_in)},
          {"rows-out", std::to_string(part.rows_out)},
          {"rows-rejected", std::to_string(part.rows_rejected)},
          {"digest", digest_text(part.digest)}};
}

std::int64_t number_in(const ObjectMetadata& metadata, const char* name) {
  const auto found = metadata.find(name);
  return found == metadata.end() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

Result<Manifest> get_manifest(ObjectClient& client, const std::string& folder,
                              const LiveClock& clock) {
  const auto text = client.get(folder + "manifest.json", {});
  if (!text.ok()) return text.failure();
  return read_manifest(*text, clock);
}

Result<verb::ListParts::Reply> list_parts(ObjectClient& client, const std::string& folder) {
  const auto entries = list_all(client, folder + "part-");
  if (!entries.ok()) return entries.failure();
  verb::ListParts::Reply reply;
  for (const ObjectEntry& entry : *entries) {
    const auto head = client.head(entry.key);
    if (!head.ok() && head.failure() == Failure::not_found) continue;
    if (!head.ok()) return head.failure();
    ++reply.parts;
    reply.rows_in += number_in(head->metadata, "rows-in");
    reply.rows_out += number_in(head->metadata, "rows-out");
    reply.rows_rejected += number_in(head->metadata, "rows-rejected");
    const auto digest = head->metadata.find("digest");
    if (digest == head->metadata.end()) continue;
    const auto read = read_digest(digest->second);
    if (read.ok()) reply.digest += *read;
  }
  return reply;
}

bool names_a_run(const std::string& run) {
  return !run.empty() && run.find('/') == std::string::npos;
}

}  // namespace

LiveObjectStore::LiveObjectStore(LiveEnv& env, const Attempts& attempts)
    : ObjectStore(env.loop, env.gate, env.history),
      env_(env),
      attempts_(attempts),
      server_(env.hosts.add("objects").id()),
      pending_(*this),
      pool_(static_cast<std::size_t>(env.target.objects.connections),
            [this] { return open_objects(env_.target.objects); }) {}

std::string LiveObjectStore::folder_of(const Call& call, OutputId output) const {
  const std::string entity =
      call.info.entity.valid() ? std::to_string(call.info.entity.value) : std::string();
  return env_.run + "/e" + entity + "/v" + std::to_string(output.value) + "/";
}

void LiveObjectStore::submit(Call& call) {
  switch (call.op) {
    case Op::objects_put: {
      auto args = static_cast<CallOf<verb::PutObject>&>(call).args;
      const std::string folder = folder_of(call, args.output);
      const LiveAttempt* attempt = attempts_.find(args.slot.attempt);
      const Staged staged = attempt == nullptr ? nullptr : attempt->scratch;
      return begin<verb::PutObject>(
          call, [this, args, folder, staged](ObjectClient& client) {
            return write(client, folder, args, staged);
          });
    }
    case Op::objects_get: {
      const std::string folder =
          folder_of(call, static_cast<CallOf<verb::GetManifest>&>(call).args);
      return begin<verb::GetManifest>(call, [this, folder](ObjectClient& client) {
        return get_manifest(client, folder, env_.clock);
      });
    }
    default: {
      const std::string folder = folder_of(call, static_cast<CallOf<verb::ListParts>&>(call).args);
      return begin<verb::ListParts>(
          call, [folder](ObjectClient& client) { return list_parts(client, folder); });
    }
  }
}

template <class V, class Work>
void LiveObjectStore::begin(Call& call, Work work) {
  const std::uint64_t number = pending_.put(call);
  const bool patient = call.info.deadline == time_max;
  const Duration left = patient ? patience : call.info.deadline - env_.clock.now();
  const auto due = Steady::now() + std::chrono::nanoseconds(left.ns);
  pool_.submit([=, this, work = std::move(work)](Pool::Held& held) {
    Result<typename V::Reply> reply = Failure::timeout;
    std::string error;
    try {
      const Duration now_left{std::chrono::nanoseconds(due - Steady::now()).count()};
      ObjectClient& client = held.get();
      client.limit(now_left);
      client.watch([this] { return stopping_.load(); });
      if (now_left > Duration{}) reply = work(client);
      if (!reply.ok()) error = client.trouble();
    } catch (const std::exception& e) {  // it cannot be opened, or its disk is in the way
      reply = Failure::unavailable;
      error = e.what();
      held.close();
    }
    env_.inbox.post([this, number, reply = std::move(reply), error = std::move(error)] {
      if (!reply.ok() && reply.failure() != Failure::not_found) last_error_ = error;
      Call* done = pending_.find(number);
      if (done == nullptr) return;
      settle(static_cast<CallOf<V>&>(*done), reply);
      pending_.answer<V>(number, reply);
    });
  });
}

Result<verb::PutObject::Reply> LiveObjectStore::write(ObjectClient& client,
                                                      const std::string& folder,
                                                      const verb::PutObject::Args& args,
                                                      const Staged& staged) const {
  std::string key = folder + "manifest.json";
  std::string text;
  ObjectBody body;
  PutOptions options;
  options.if_absent = args.if_absent;
  if (args.is_manifest) {
    Manifest manifest = args.manifest;
    manifest.output = args.output;
    manifest.published = env_.clock.now();
    text = manifest_json(manifest, env_.clock);
    body.bytes = text;
  } else {
    key = folder + part_name(args.part);
    options.metadata = metadata_of(args.part);
    if (staged) body.file = encoded_part(*staged);
  }
  verb::PutObject::Reply reply;
  if (!args.if_absent) {
    const auto there = client.head(key);
    if (!there.ok() && there.failure() != Failure::not_found) return there.failure();
    reply.overwrote = there.ok();
  }
  const auto done = client.put(key, body, options);
  if (!done.ok()) return done.failure();
  return reply;
}

void LiveObjectStore::settle(const CallOf<verb::PutObject>& call,
                             const Result<verb::PutObject::Reply>& reply) {
  const verb::PutObject::Args& args = call.args;
  if (!args.is_manifest || !reply.ok()) return;
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
  if (!reply->overwrote) return;
  e.kind = EventKind::version_overwritten;
  e.cause = id;
  history_.note(e);
}

void LiveObjectStore::probe(std::function<void(Result<Done>)> done) {
  pool_.submit([this, done = std::move(done)](Pool::Held& held) {
    std::string wrong;
    try {
      held.get().limit(whole_seconds(5));
      wrong = check_objects(held.get(), env_.run + "/");
    } catch (const std::exception& e) {
      wrong = e.what();
    }
    env_.inbox.post([this, done, wrong = std::move(wrong)] {
      if (wrong.empty()) return done(Done{});
      last_error_ = wrong;
      done(Failure::unavailable);
    });
  });
}

Result<RunObjects> count_run(ObjectClient& client, const std::string& run) {
  if (!names_a_run(run)) return Failure::invalid;
  const auto all = list_all(client, run + "/");
  if (!all.ok()) return all.failure();
  RunObjects found;
  for (const ObjectEntry& entry : *all) {
    ++found.count;
    found.bytes += entry.size;
  }
  return found;
}

Result<std::int64_t> remove_run(ObjectClient& client, const std::string& run) {
  if (!names_a_run(run)) return Failure::invalid;
  return remove_all(client, run + "/");
}

}  // namespace wavetank::live
