#pragma once
// What the simulated world is made of. Every default names its source.

#include <string>
#include <vector>

#include "sim/world/models/group_model.h"
#include "sim/world/models/lru_ttl_cache.h"
#include "system/base/fields.h"

namespace wavetank::sim {

struct NetworkSettings {
  DurationLaw latency;
  Ratio loss{0};
  Duration retransmit = milliseconds(200);
  Bandwidth bandwidth{1'250'000'000};

  NetworkSettings();
  void describe(Fields& f);
};

/// Processors of the service nodes, and what a request costs them.
struct ProcessorSettings {
  std::int64_t cores = 4;
  DurationLaw submit, status, output, callback;

  ProcessorSettings();
  void describe(Fields& f);
};

struct DatabaseSettings {
  std::int64_t connections = 20;
  DurationLaw read, write;

  DatabaseSettings();
  void describe(Fields& f);
};

struct QueueSettings {
  std::int64_t partitions = 12;
  DurationLaw append;
  GroupSettings group;

  QueueSettings();
  void describe(Fields& f);
};

struct CacheServerSettings {
  std::int64_t entries = 1'000'000;
  Eviction eviction = Eviction::lru;
  DurationLaw service;

  CacheServerSettings();
  void describe(Fields& f);
};

struct ObjectSettings {
  DurationLaw latency;
  std::int64_t writes_per_s = 3'500;
  std::int64_t reads_per_s = 5'500;
  std::int64_t prefixes = 1;
  Duration split_after = minutes(45);

  ObjectSettings();
  void describe(Fields& f);
};

struct KeySettings {
  std::int64_t count = 1'000'000;
  double zipf = 0;
  void describe(Fields& f);
};

struct ClusterSettings {
  std::int64_t nodes = 8;
  std::int64_t executors_per_node = 2;
  std::int64_t executor_cores = 4;
  Bytes executor_memory = gib(16);
  Ratio overhead{0.1};
  Bandwidth disk{320'000'000};
  Bytes disk_size{0};
  Bandwidth network{125'000'000};
  Duration job_start = whole_seconds(5);
  Duration task_start = whole_seconds(3);
  Duration executor_start = whole_seconds(10);
  Duration scheduler_overhead = microseconds(500);
  Bandwidth scan_rate{5'000'000};
  Bandwidth shuffle_rate{10'000'000};
  Bandwidth reduce_rate{5'000'000};
  Bandwidth output_rate{25'000'000};
  bool weigh_priorities = true;
  KeySettings keys;

  std::int64_t slots() const { return nodes * executors_per_node * executor_cores; }
  void describe(Fields& f);
};

/// What one call costs a machine that everything shares.
struct OperationCost {
  std::string operation;  ///< as faults name calls: database.get, or database for all of it
  Duration cpu{};         ///< of all processes that take part in it
  DurationLaw delay;      ///< what it waits for besides: wire, disk, linger
  Duration aside{};       ///< of the processes' time, too, but nobody waits for it
  Ratio economy{0};       ///< how much less it costs where all cores are busy
  std::int64_t wakeups = 0;  ///< processes that must be woken, one after the other

  void describe(Fields& f);
};

struct MachineSettings {
  std::int64_t cores = 0;
  double background = 0;
  double demand = 1;
  DurationLaw commit;
  Duration pause_every{};
  DurationLaw pause;
  DurationLaw run_queue;
  std::vector<OperationCost> operations;

  void describe(Fields& f);
};

struct WorldSettings {
  NetworkSettings network;
  ProcessorSettings processors;
  DatabaseSettings database;
  QueueSettings queue;
  CacheServerSettings cache;
  ObjectSettings objects;
  ClusterSettings cluster;
  MachineSettings machine;

  /// Below `system` in a scenario, beside the blueprint's own.
  void describe(Fields& f);
};

}  // namespace wavetank::sim
