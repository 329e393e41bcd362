#include "sim/world/settings.h"

#include "system/ports/op.h"

namespace wavetank::sim {
namespace {

DurationLaw uniform(Duration low, Duration high) {
  DurationLaw law;
  law.law.kind = Law::Kind::uniform;
  law.law.a = seconds(low);
  law.law.b = seconds(high);
  return law;
}

DurationLaw lognormal(Duration median, double sigma) {
  DurationLaw law;
  law.law.kind = Law::Kind::lognormal;
  law.law.a = seconds(median);
  law.law.b = sigma;
  return law;
}

DurationLaw exponential(Duration mean) {
  DurationLaw law;
  law.law.kind = Law::Kind::exponential;
  law.law.a = seconds(mean);
  return law;
}

constexpr const char* eviction_names[] = {"noeviction", "lru"};
constexpr const char* assignor_names[] = {"range", "round_robin"};

}  // namespace

NetworkSettings::NetworkSettings() : latency(uniform(microseconds(150), microseconds(350))) {}

void NetworkSettings::describe(Fields& f) {
  f.field("latency", latency, {.help = "One way between two nodes."});
  f.field("loss", loss, {.help = "Segments lost; each is sent again after `retransmit`."});
  f.field("retransmit", retransmit,
          {.help = "When a lost segment is sent again.", .source = "Linux TCP_RTO_MIN 200 ms"});
  f.field("bandwidth", bandwidth, {.help = "Of a service node's link; 0 is unlimited."});
}

ProcessorSettings::ProcessorSettings()
    : submit(exponential(milliseconds(2))),
      status(exponential(milliseconds(1))),
      output(exponential(milliseconds(1))),
      callback(exponential(milliseconds(1))) {}

void ProcessorSettings::describe(Fields& f) {
  f.field("cores", cores, {.help = "Processors of each API and callback node.", .min = 1});
  f.field("submit", submit, {.help = "What POST /v1/processes costs a core."});
  f.field("status", status, {.help = "What GET /v1/processes/{id} costs a core."});
  f.field("output", output, {.help = "What GET /v1/outputs costs a core."});
  f.field("callback", callback, {.help = "What a callback costs a core."});
}

DatabaseSettings::DatabaseSettings()
    : read(exponential(milliseconds(1))), write(exponential(milliseconds(3))) {}

void DatabaseSettings::describe(Fields& f) {
  f.field("connections", connections,
          {.help = "The pool: a connection is held from checkout to commit.",
           .source = "PostgreSQL wiki: 2 x cores + spindles",
           .vendor = "max_connections",
           .min = 1});
  f.field("read", read, {.help = "Service time of a reading transaction."});
  f.field("write", write, {.help = "Service time of a writing transaction."});
}

QueueSettings::QueueSettings() : append(exponential(milliseconds(2))) {}

void QueueSettings::describe(Fields& f) {
  f.field("partitions", partitions,
          {.help = "Partitions of each topic.", .vendor = "num.partitions", .min = 1,
           .max = 100000});
  f.field("append", append, {.help = "From a broker's receipt to its acknowledgement, acks=all."});
  f.field("session_timeout", group.session_timeout,
          {.help = "A member without heartbeats is dropped after so long.",
           .source = "Kafka 3",
           .vendor = "session.timeout.ms"});
  f.field("heartbeat_interval", group.heartbeat_interval,
          {.help = "Between two heartbeats.",
           .source = "Kafka 3",
           .vendor = "heartbeat.interval.ms",
           .min = 1e-3});
  f.field("max_poll_interval", group.max_poll_interval,
          {.help = "A member that polls later is evicted.",
           .source = "Kafka 3",
           .vendor = "max.poll.interval.ms"});
  f.field("initial_delay", group.initial_delay,
          {.help = "What the first join of an empty group waits for company.",
           .source = "Kafka 3",
           .vendor = "group.initial.rebalance.delay.ms"});
  f.field("assignor", group.assignor, assignor_names,
          {.help = "How partitions are shared.", .vendor = "partition.assignment.strategy"});
}

CacheServerSettings::CacheServerSettings() : service(exponential(microseconds(50))) {}

void CacheServerSettings::describe(Fields& f) {
  f.field("entries", entries, {.help = "Entries it holds.", .vendor = "maxmemory", .min = 1});
  f.field("eviction", eviction, eviction_names,
          {.help = "What makes room.", .vendor = "maxmemory-policy"});
  f.field("service", service, {.help = "One command on its one thread."});
}

ObjectSettings::ObjectSettings() : latency(lognormal(milliseconds(60), 0.5)) {}

void ObjectSettings::describe(Fields& f) {
  f.field("latency", latency,
          {.help = "To the first byte of a small object.", .source = "S3: 100-200 ms, p99"});
  f.field("writes_per_s", writes_per_s,
          {.help = "Above it a prefix answers 503.", .source = "S3 performance guidelines",
           .min = 1});
  f.field("reads_per_s", reads_per_s,
          {.help = "Above it a prefix answers 503.", .source = "S3 performance guidelines",
           .min = 1});
  f.field("prefixes", prefixes,
          {.help = "Partitioned prefixes that entities spread over.", .min = 1, .max = 100000});
  f.field("split_after", split_after,
          {.help = "A prefix that stays too hot for so long is split.", .source = "S3: 30-60 min"});
}

void KeySettings::describe(Fields& f) {
  f.field("count", count, {.help = "Distinct keys in a job's rows.", .min = 1});
  f.field("zipf", zipf,
          {.help = "Exponent of their popularity; 0 is uniform.", .min = 0, .max = 5});
}

void ClusterSettings::describe(Fields& f) {
  f.field("nodes", nodes, {.help = "Worker nodes.", .min = 1, .max = 100000});
  f.field("executors_per_node", executors_per_node,
          {.help = "Executors on a node.", .min = 1, .max = 64});
  f.field(
      "executor_cores", executor_cores,
      {.help = "Slots of an executor.", .vendor = "spark.executor.cores", .min = 1, .max = 256});
  f.field("executor_memory", executor_memory,
          {.help = "Heap of an executor. (heap - 300 MiB) x .6 is execution memory.",
           .source = "Spark unified memory",
           .vendor = "spark.executor.memory",
           .min = 4e8});
  f.field("overhead", overhead,
          {.help = "Memory of a pod beyond the heap.", .source = "Spark",
           .vendor = "spark.executor.memoryOverheadFactor"});
  f.field("disk", disk, {.help = "Local disk of a node, shared by its tasks.", .min = 1});
  f.field("disk_size", disk_size, {.help = "Space for shuffle files on a node; 0 is unlimited."});
  f.field("network", network, {.help = "A node's network, each direction.", .min = 1});
  f.field(
      "job_start", job_start,
      {.help = "From submission to a running driver.", .source = "Kubernetes SLO: pod p99 <= 5 s"});
  f.field("task_start", task_start, {.help = "What starting a task costs its slot."});
  f.field("executor_start", executor_start, {.help = "Until a lost executor is replaced."});
  f.field("scheduler_overhead", scheduler_overhead,
          {.help = "Scheduling is serial: so long for a task.", .source = "Dask: 0.2-1 ms a task"});
  f.field("scan_rate", scan_rate, {.help = "Input that a core gets through.", .min = 1});
  f.field("shuffle_rate", shuffle_rate,
          {.help = "Shuffle output that a core gets through.", .min = 1});
  f.field("reduce_rate", reduce_rate,
          {.help = "Shuffle input that a core gets through.", .min = 1});
  f.field("output_rate", output_rate, {.help = "Output that a core gets through.", .min = 1});
  f.field("weigh_priorities", weigh_priorities,
          {.help = "P0 jobs weigh 4 and P1 jobs 2 against 1 in fair sharing."});
  f.section("keys", keys, {.help = "How the rows of a job spread over keys."});
}

void OperationCost::describe(Fields& f) {
  f.field("operation", operation,
          {.help = "Calls of a port by name, such as database.get.", .required = true});
  f.require(operation.empty() || ops_named(operation) != 0, "operation",
            "names no call of a port; faults name them alike");
  f.field("cpu", cpu, {.help = "Processor time of one call, over all processes."});
  f.field("economy", economy,
          {.help = "How much less of the processor it takes where all cores are busy.", .max = 1});
  f.field("aside", aside,
          {.help = "Processor time that it costs besides, for which nobody waits."});
  f.field("wakeups", wakeups,
          {.help = "Processes that are woken for it, one after the other.", .max = 100});
  f.field("delay", delay, {.help = "What a call waits for besides the processor."});
}

void MachineSettings::describe(Fields& f) {
  f.field("cores", cores,
          {.help = "Cores that everything shares; 0: each service has its own hardware."});
  f.field("background", background, {.help = "Cores that are busy without any request."});
  f.field("demand", demand,
          {.help = "Multiplies the processor time of every call: a slower machine, or a check that "
                   "a wrong model is found out."});
  f.field("commit", commit,
          {.help = "A flush of the disk that changes of the database share; 0: none."});
  f.field("pause_every", pause_every,
          {.help = "Mean time between two moments at which all stands still; 0: never."});
  f.field("pause", pause, {.help = "How long it then stands still."});
  f.field("run_queue", run_queue,
          {.help = "How long who wakes up while all cores are busy waits for each that is ahead."});
  f.items("operations", operations,
          {.help = "What calls cost; a call that is not named keeps its service's own law."});
}

void WorldSettings::describe(Fields& f) {
  f.section("network", network, {.help = "Between service nodes."});
  f.section("processors", processors, {.help = "What requests cost."});
  f.section("database", database, {.help = "The metadata database."});
  f.section("queue", queue, {.help = "The log and its consumer group."});
  f.section("cache", cache, {.help = "The cache server."});
  f.section("objects", objects, {.help = "The object store."});
  f.section("cluster", cluster, {.help = "The cluster that jobs run on."});
  f.section("machine", machine, {.help = "The one machine that everything shares, as calibrated."});
}

}  // namespace wavetank::sim
