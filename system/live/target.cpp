#include "system/live/target.h"

#include <boost/algorithm/string/predicate.hpp>

namespace wavetank::live {
namespace {

constexpr double port_max = 65'535;

constexpr const char* object_kinds[] = {"folder", "s3"};
constexpr const char* marker_kinds[] = {"none", "http", "sql", "key", "topic", "file"};
constexpr const char* lock_places[] = {"database", "cache", "file"};
constexpr const char* kafka_securities[] = {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"};
constexpr const char* kafka_mechanisms[] = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
constexpr const char* ssl_modes[] = {"disable", "prefer", "require", "verify-ca", "verify-full"};
constexpr const char* action_faults[] = {"crash", "pause"};
constexpr const char* platforms[] = {"wavetank", "attached"};

/// A word out of `names`, kept as text.
void word(Fields& f, const char* name, std::string& value, std::span<const char* const> names,
          const FieldDoc& doc) {
  int index = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (value == names[i]) index = static_cast<int>(i);
  }
  f.choice(name, index, names, doc);
  value = names[static_cast<std::size_t>(index)];
}

}  // namespace

void KafkaTarget::describe(Fields& f) {
  f.field("brokers", brokers, {.help = "Where clients start: host:port with commas between."});
  word(f, "security", security, kafka_securities,
       {.help = "How brokers are spoken to.", .vendor = "security.protocol"});
  f.field("ca", ca, {.help = "ssl: a PEM file of who is trusted; else the system's.",
                     .vendor = "ssl.ca.location"});
  word(f, "mechanism", mechanism, kafka_mechanisms,
       {.help = "sasl: how it logs in.", .vendor = "sasl.mechanism"});
  f.field("user", user, {.help = "sasl: who logs in."});
  f.section("password", password, {.help = "sasl: with what."});
  f.field("prefix", prefix, {.help = "Of every topic and consumer group that is ours."});
  f.field("partitions", partitions, {.help = "Of each topic.", .min = 1, .max = 1'000});
  f.field("session_timeout", session_timeout,
          {.help = "A consumer silent for so long is taken for dead.",
           .vendor = "session.timeout.ms",
           .min = 1});
  f.field("poll_interval_max", poll_interval_max,
          {.help = "A consumer that does not poll for so long is evicted.",
           .vendor = "max.poll.interval.ms",
           .min = 1});
  f.field("linger", linger, {.help = "How long a producer waits to fill a batch.",
                             .vendor = "linger.ms"});
  f.field("delivery_timeout", delivery_timeout,
          {.help = "A message that no broker acknowledges within this has failed.",
           .vendor = "delivery.timeout.ms",
           .min = 0.1});
}

void DatabaseTarget::describe(Fields& f) {
  f.field("host", host, {.help = "Its host."});
  f.field("port", port, {.help = "Its port.", .min = 1, .max = port_max});
  f.field("name", name, {.help = "The database."});
  f.field("user", user, {.help = "The role that connects."});
  f.section("password", password, {.help = "Its password."});
  word(f, "sslmode", sslmode, ssl_modes,
       {.help = "Whether connections use TLS, and how much of the server is verified.",
        .vendor = "sslmode"});
  f.field("ca", ca, {.help = "verify-ca and verify-full: a PEM file of who is trusted.",
                     .vendor = "sslrootcert"});
  f.field("schema", schema, {.help = "Where the pipeline's tables are."});
  f.field("connections", connections, {.help = "The pool of one process.", .min = 1, .max = 1'000});
  f.field("connect_timeout", connect_timeout, {.help = "For a new connection.", .min = 0.1});
  f.field("statement_timeout", statement_timeout,
          {.help = "The server ends a statement after so long.",
           .vendor = "statement_timeout",
           .min = 0.01});
}

void CacheTarget::describe(Fields& f) {
  f.field("host", host, {.help = "Its host."});
  f.field("port", port, {.help = "Its port.", .min = 1, .max = port_max});
  f.field("tls", tls, {.help = "Whether it is spoken to by TLS."});
  f.field("ca", ca, {.help = "tls: a PEM file of who is trusted; else the system's."});
  f.section("password", password, {.help = "Its password."});
  f.field("prefix", prefix, {.help = "Of every key that is ours."});
  f.field("connections", connections, {.help = "The pool of one process.", .min = 1, .max = 1'000});
  f.field("connect_timeout", connect_timeout, {.help = "For a new connection.", .min = 0.01});
}

void ObjectsTarget::describe(Fields& f) {
  word(f, "kind", kind, object_kinds, {.help = "A folder, or a bucket behind the S3 API."});
  f.field("folder", folder, {.help = "folder: where objects lie."});
  f.field("endpoint", endpoint, {.help = "s3: the server's URL."});
  f.field("ca", ca, {.help = "s3 by https: a PEM file of who is trusted; else the system's."});
  f.field("region", region, {.help = "s3: the region that requests are signed for."});
  f.field("bucket", bucket, {.help = "s3: the bucket."});
  f.section("access_key", access_key, {.help = "s3: the access key."});
  f.section("secret_key", secret_key, {.help = "s3: the secret key."});
  f.field("connections", connections, {.help = "The pool of one process.", .min = 1, .max = 1'000});
}

void ProcessTarget::describe(Fields& f) {
  f.field("name", name, {.help = "The node it is, such as api/0.", .required = true});
  f.field("listen", listen, {.help = "host:port of its service."});
  f.field("control", control, {.help = "host:port of its control endpoint.", .required = true});
}

void WorkerTarget::describe(Fields& f) {
  f.field("slots", slots, {.help = "Tasks that a worker process runs at a time.", .min = 1,
                           .max = 256});
  f.field("memory", memory, {.help = "Execution memory of a worker process.", .min = 1'048'576});
  f.field("scratch", scratch, {.help = "Folder of shuffle and spill files."});
}

void LinkTarget::describe(Fields& f) {
  f.field("service", service, {.help = "What lies behind it: database, queue, cache, objects ...",
                               .required = true});
  f.field("proxy", proxy, {.help = "Its name at Toxiproxy.", .required = true});
}

void SignalTarget::describe(Fields& f) {
  f.field("name", name, {.help = "As a fault's target names it.", .required = true});
  f.field("pid_file", pid_file, {.help = "The file that holds its process id.", .required = true});
  f.field("start", start, {.help = "Starts it again after a kill: a list of arguments, run without "
                                   "a shell; left out where its own supervisor does."});
}

void ActionTarget::describe(Fields& f) {
  f.field("name", name, {.help = "As a fault's target names it.", .required = true});
  f.field("apply", apply, {.help = "Does it: a list of arguments, run without a shell.",
                           .required = true});
  f.field("undo", undo, {.help = "Undoes it.", .required = true});
  f.field("verify", verify, {.help = "Exits 0 where nothing of it is left.", .required = true});
  f.field("timeout", timeout, {.help = "How long each may take.", .min = 0.1});
  word(f, "as", as, action_faults, {.help = "Which fault it does to what it names."});
}

void NotifyTarget::describe(Fields& f) {
  f.field("url", url, {.help = "A webhook: notices are posted to it."});
  f.section("secret", secret, {.help = "What follows the URL and must not be written here: the "
                                       "token of a webhook, or all of its address."});
}

void MarkerTarget::describe(Fields& f) {
  word(f, "kind", kind, marker_kinds, {.help = "Where the owner placed the marker."});
  f.field("url", url, {.help = "http: a page that answers with the marker."});
  f.field("query", query, {.help = "sql: answers one row with the marker."});
  f.field("key", key, {.help = "key: the cache key that holds it."});
  f.field("topic", topic, {.help = "topic: its last record is the marker."});
  f.field("file", file, {.help = "file: where it lies, for a target on this machine."});
}

void LimitsTarget::describe(Fields& f) {
  f.field("max_rate", max_rate, {.help = "Most requests a second, all loads and looks together."});
  f.require(max_rate.per_s > 0, "max_rate", "a run sends something: it must be more than 0");
  f.field("max_in_flight", max_in_flight, {.help = "Most requests under way at a time.", .min = 1});
  f.field("max_bytes", max_bytes, {.help = "Most bytes that a run may create.", .min = 1});
  f.field("max_duration", max_duration, {.help = "Longest run, settling included.", .min = 1});
  f.field("max_targets", max_targets, {.help = "Most nodes and links that faults touch; 0: any."});
}

void ScaleTarget::describe(Fields& f) {
  f.field("rate", rate, {.help = "Of every load's rate."});
  f.field("bytes", bytes, {.help = "Of every job's bytes."});
  f.field("from", from, {.help = "Where in the scenario the run starts."});
  f.field("to", to, {.help = "Where it ends; left out, with its load."});
}

void Target::describe(Fields& f) {
  f.field("name", name, {.help = "What people call it.", .required = true});
  f.field("environment", environment,
          {.help = "test or staging, say; what begins with prod needs a long flag."});
  word(f, "platform", platform, platforms,
       {.help = "wavetank: the pipeline of this project; attached: someone else's platform."});
  f.field("state", state, {.help = "Folder for logs, pid files and scratch, beside this file."});
  f.section("token", token, {.help = "What the control endpoints ask for."});
  f.section("kafka", kafka, {.help = "The queue."});
  f.section("database", database, {.help = "The database: PostgreSQL."});
  f.section("cache", cache, {.help = "The cache: Redis."});
  f.section("objects", objects, {.help = "The object store."});
  f.items("processes", processes, {.help = "The processes of the pipeline."});
  f.section("worker", worker, {.help = "What each worker process has."});
  f.field("toxiproxy", toxiproxy, {.help = "URL of Toxiproxy's API."});
  f.items("links", links, {.help = "Links that run through Toxiproxy."});
  f.items("signals", signals, {.help = "Processes that may be killed and paused."});
  f.items("actions", actions, {.help = "Actions with their undo and their check."});
  f.section("attach", attach, {.help = "How a platform that is not ours is asked and read."});
  f.field("allow", allow, {.help = "Networks that may be touched, such as 127.0.0.0/8."});
  f.section("marker", marker, {.help = "The owner's consent, read before and during a run."});
  word(f, "lock", lock, lock_places,
       {.help = "Where its lock is held and its halt flag stands, for every machine that reaches "
                "it. file: below the state folder, for a target on this machine."});
  f.section("limits", limits, {.help = "Caps on every scenario."});
  f.section("scale", scale, {.help = "Shrinks scenarios of a bigger platform."});
  f.field("steady", steady, {.help = "Healthy for so long before the first fault."});
  f.field("clock_bound", clock_bound,
          {.help = "How far the clocks of its machines may be apart: events of two processes that "
                   "are nearer have no order. 0: all are on one machine."});
  f.field("otlp", otlp, {.help = "URL of a collector of spans, such as http://127.0.0.1:4318."});
  f.section("notify", notify, {.help = "Who is told of start, faults, stop and residue."});
}

std::string group_of(const std::string& process) { return process.substr(0, process.find('/')); }

const ProcessTarget* Target::process(const std::string& wanted) const {
  for (const ProcessTarget& one : processes) {
    if (one.name == wanted) return &one;
  }
  return nullptr;
}

bool Target::is_production() const {
  return boost::algorithm::istarts_with(environment, "prod");
}

}  // namespace wavetank::live
