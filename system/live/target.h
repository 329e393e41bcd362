#pragma once
// Target: a platform that really runs, as its file describes it. Where its parts are, what wavetank
// may do to it, and how much. Read by the same strict reader as a scenario.

#include <cstdint>
#include <string>
#include <vector>

#include "system/base/fields.h"
#include "system/live/attach_target.h"
#include "system/live/notify_target.h"
#include "system/live/secret.h"

namespace wavetank::live {

struct KafkaTarget {
  std::string brokers;            ///< host:port with commas between
  std::string security = "plaintext";  ///< plaintext, ssl, sasl_plaintext or sasl_ssl
  std::string ca;                 ///< PEM file of who is trusted; empty: the system's
  std::string mechanism = "SCRAM-SHA-256";  ///< sasl_*: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512
  std::string user;               ///< sasl_*: who logs in
  Secret password;
  std::string prefix = "wavetank.";  ///< of every topic and consumer group
  std::int64_t partitions = 6;
  Duration session_timeout = whole_seconds(10);
  Duration poll_interval_max = minutes(5);
  Duration linger = milliseconds(5);
  Duration delivery_timeout = whole_seconds(10);
  void describe(Fields& f);
};

struct DatabaseTarget {
  std::string host = "127.0.0.1";
  std::int64_t port = 5432;
  std::string name = "wavetank";
  std::string user = "wavetank";
  Secret password;
  std::string sslmode = "prefer";  ///< libpq's words, from disable to verify-full
  std::string ca;                  ///< PEM file of who is trusted; verify-* need it
  std::string schema = "wavetank";
  std::int64_t connections = 10;  ///< of one process
  Duration connect_timeout = whole_seconds(5);
  Duration statement_timeout = whole_seconds(10);
  void describe(Fields& f);
};

struct CacheTarget {
  std::string host = "127.0.0.1";
  std::int64_t port = 6379;
  bool tls = false;               ///< the server is verified by name, always
  std::string ca;                 ///< tls: PEM file of who is trusted; empty: the system's
  Secret password;
  std::string prefix = "wavetank:";
  std::int64_t connections = 4;
  Duration connect_timeout = whole_seconds(1);
  void describe(Fields& f);
};

struct ObjectsTarget {
  std::string kind = "folder";  ///< "s3" or "folder"
  std::string folder;           ///< folder: where objects lie
  std::string endpoint;         ///< s3: http://127.0.0.1:7070, or https://
  std::string ca;               ///< s3: PEM file of who is trusted; empty: the system's
  std::string region = "us-east-1";
  std::string bucket;
  Secret access_key, secret_key;
  std::int64_t connections = 8;
  void describe(Fields& f);
};

/// One process of the pipeline.
struct ProcessTarget {
  std::string name;     ///< the node: "api/0"
  std::string listen;   ///< host:port of its service; empty where it has none
  std::string control;  ///< host:port of its control endpoint
  void describe(Fields& f);
};
std::string group_of(const std::string& process);  ///< api of api/0

/// What a worker process has.
struct WorkerTarget {
  std::int64_t slots = 2;
  Bytes memory = mib(256);    ///< execution memory of its executor
  std::string scratch;        ///< folder of shuffle and spill files; empty: below the state folder
  void describe(Fields& f);
};

/// A link between services of ours and a part of the platform, through Toxiproxy.
struct LinkTarget {
  std::string service;  ///< database, queue, cache, objects, api, callbacks
  std::string proxy;    ///< its name at Toxiproxy
  void describe(Fields& f);
};

/// A process that may be killed and paused by signals.
struct SignalTarget {
  std::string name, pid_file;      ///< a fault's target names it so: "workers/0"
  std::vector<std::string> start;  ///< starts it again; empty: its own supervisor does
  void describe(Fields& f);
};

/// An action that the target's owner defines. Each is an argument list, run without a shell.
struct ActionTarget {
  std::string name;  ///< as a fault's target names it: "runner"
  std::vector<std::string> apply, undo, verify;  ///< verify: exit 0 where nothing is left behind
  Duration timeout = whole_seconds(30);
  std::string as = "crash";  ///< the fault that it does: crash or pause
  void describe(Fields& f);
};

/// The owner's consent, read before a run and while it lasts.
struct MarkerTarget {
  std::string kind = "none";  ///< http, sql, key, topic or file
  std::string url, query;     ///< http; sql: one row, one column of JSON
  std::string key, topic, file;  ///< key: in the cache; topic: its last record
  void describe(Fields& f);
};

/// Caps on every scenario.
struct LimitsTarget {
  Rate max_rate{100};
  std::int64_t max_in_flight = 1'000;
  Bytes max_bytes = gib(1);
  Duration max_duration = minutes(30);
  std::int64_t max_targets = 0;  ///< 0: any
  void describe(Fields& f);
};

/// How a scenario that was written for a bigger platform or a longer day is shrunk.
struct ScaleTarget {
  Ratio rate{1};
  Ratio bytes{1};
  Duration from{};
  Duration to{};  ///< 0 is the end of the load
  void describe(Fields& f);
};

struct Target {
  std::string file, name;   ///< as the user gave it; what people call it
  std::string environment = "test";  ///< see is_production()
  std::string platform = "wavetank";  ///< wavetank: our own pipeline; attached: someone else's
  std::string state;        ///< folder for logs, pid files, scratch; relative to the target file
  Secret token;             ///< of the control endpoints
  KafkaTarget kafka;
  DatabaseTarget database;
  CacheTarget cache;
  ObjectsTarget objects;
  std::vector<ProcessTarget> processes;
  WorkerTarget worker;
  std::string toxiproxy;    ///< URL of its API; empty: there is none
  std::vector<LinkTarget> links;
  std::vector<SignalTarget> signals;
  std::vector<ActionTarget> actions;
  AttachTarget attach;      ///< how a platform that is not ours is asked
  std::vector<std::string> allow{"127.0.0.0/8", "::1/128"};  ///< addresses that may be touched
  MarkerTarget marker;
  std::string lock = "database";  ///< where its lock and its halt flag are: database, cache, file
  LimitsTarget limits;
  ScaleTarget scale;
  Duration steady = minutes(1);  ///< healthy for so long before the first fault
  Duration clock_bound{};       ///< how far the clocks of its machines may be apart
  std::string otlp;         ///< URL of a collector that takes spans by OTLP/HTTP; empty: none
  NotifyTarget notify;      ///< who is told

  void describe(Fields& f);
  const ProcessTarget* process(const std::string& name) const;
  bool is_production() const;  ///< its environment begins with "prod", in either case
};

}  // namespace wavetank::live
