// wavetank init: a platform file made of the numbers that whoever runs a platform knows, and a
// first drill on it.

#include <filesystem>

#include "app/command.h"
#include "app/output.h"
#include "app/repro.h"
#include "app/written_reports.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::app {
namespace {

constexpr const char* platform_file =
    R"json(// Your platform in a dozen numbers. Put in what you have in production; what you do not
// know, leave.
// Drills include this file, so that they all storm the same platform. On its own it is a calm day:
//   wavetank run platform.json
// Every other setting has a default and a source: wavetank list settings
{
  "title": "A calm day on our platform",
  "system": {
    // What comes in front.
    "api": {
      "replicas": 2,                   // pods of your API
      "threads": 40                    // requests that one pod handles at once
    },

    // The database behind it: connections of its pool, all pods together.
    "database": { "connections": 20 },

    // The queue. max_poll_interval is Kafka's max.poll.interval.ms.
    "queue": { "partitions": 12, "max_poll_interval": "5m" },

    // Consumers that turn messages into jobs.
    "launcher": { "replicas": 2 },

    // The cluster that does the work.
    "cluster": {
      "nodes": 8,
      "executors_per_node": 2,
      "executor_cores": 4,             // tasks that one executor runs at once
      "executor_memory": "16GiB",
      "disk": "320MB/s",               // local disk of a node, for spills and shuffles
      "network": "1Gbit/s"             // a node's link, each direction
    },

    // The object store: what one prefix takes a second before it answers 503.
    "objects": { "writes_per_s": 3500, "reads_per_s": 5500 },

    // How long a finished job waits for your callback receiver to answer.
    "callbacks": { "replicas": 2, "timeout": "2s" },

    // How long the API may serve an answer from its cache.
    "cache": { "ttl": "1m" }
  },

  "load": [
    {
      "name": "jobs",
      "shape": "poisson",              // or steady, ramp, spike, trace: your own day from a file
      "rate": "2/s",                   // submits a second in your busiest hour
      "for": "15m",
      "fresh_within": "5m",            // later than this an output is of no use
      "keys": { "count": "100k", "zipf": 1.0 },
      "work": {                        // what one job reads, shuffles and writes
        "input": "lognormal(32MB, 0.8)",
        "shuffle": "lognormal(8MB, 0.8)",
        "output": "4MB"
      }
    },
    {
      "name": "readers",
      "shape": "poisson",
      "rate": "50/s",                  // reads a second: is this output there, can I trust it?
      "for": "15m",
      "kind": "output",
      "of": "jobs"
    }
  ],
  "warm_up": "2m",
  "settle": "10m",
  "expect": {
    "thresholds": [
      "api.latency p(99) < 250ms",     // your service levels
      "freshness.on_time value > 99%"
    ]
  }
}
)json";

constexpr const char* drill_file =
    R"json(// The first drill: the callback receiver is slow, then the cache is gone. Does the
// platform hold, and does it recover by itself?
//   wavetank run first_drill.json
//   wavetank run first_drill.json --set system.protections=none     what the protections are for
//   wavetank run first_drill.json --load 2x                         next quarter
{
  "title": "First drill: slow callbacks, then no cache",
  "include": ["platform.json"],
  "seed": 42,
  "faults": [
    // One callback in five is answered after its sender has given up, and comes again.
    { "fault": "callback_timeout", "at": "4m", "for": "3m", "target": "callbacks", "ratio": "20%" },
    // Every read falls through to the database.
    { "fault": "cache_outage", "at": "9m", "for": "2m", "mode": "down" }
    // More: wavetank list faults
  ],
  "expect": {
    "recovery": { "within": "5m" }
  },
  "breaks": ["system.protections=none"]
}
)json";

struct NewFile {
  const char* name;
  const char* text;
};
constexpr NewFile new_files[] = {{"platform.json", platform_file},
                                 {"first_drill.json", drill_file}};

class Init final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", folder_, "Where to write; default is here.", false);
  }

  const char* examples() const override {
    return "  wavetank init my_platform\n"
           "  wavetank run my_platform/first_drill.json\n";
  }

  int run(Streams& streams) override {
    const std::string folder = folder_.empty() ? "." : folder_;
    if (!may_write(folder, streams.err)) return exit_usage;
    for (const NewFile& file : new_files) {
      if (const Trouble trouble = write_file(path_in(folder, file.name), file.text)) {
        streams.err << "wavetank: " << *trouble << '\n';
        return exit_error;
      }
    }
    const std::string drill = path_in(folder, "first_drill.json");
    streams.out << "wrote " << engine::printable(path_in(folder, "platform.json"), 300)
                << "     your platform in a dozen numbers: edit it\n"
                << "wrote " << engine::printable(drill, 300) << "  a first drill on it\n\n"
                << "next\n  wavetank run " << shell_word(drill) << '\n';
    return exit_ok;
  }

 private:
  /// Says what stands in the way, for both files at once, before anything is written.
  static bool may_write(const std::string& folder, std::ostream& err) {
    bool may = true;
    for (const NewFile& file : new_files) {
      const std::string path = path_in(folder, file.name);
      if (std::filesystem::symlink_status(path).type() == std::filesystem::file_type::not_found) {
        continue;
      }
      err << "wavetank: " << engine::printable(path, 300) << " is there already; nothing was "
          << "written. Choose another folder: wavetank init DIR\n";
      may = false;
    }
    if (!may) return false;
    if (const Trouble trouble = prepare_folder(folder)) {
      err << "wavetank: " << *trouble << '\n';
      return false;
    }
    return true;
  }

  std::string folder_;
};

}  // namespace

std::unique_ptr<Command> make_init() { return std::make_unique<Init>(); }

}  // namespace wavetank::app
