#pragma once
// A settings struct with a field of every kind: what the tests of the text layer read and describe.

#include <string>
#include <vector>

#include "system/base/fields.h"

namespace wavetank::engine::test {

struct Pool {
  std::int64_t size = 16;
  Duration wait = milliseconds(500);

  void describe(Fields& f) {
    f.field("size", size, {.help = "Connections.", .vendor = "pool_size", .min = 1, .max = 1000});
    f.field("wait", wait, {.help = "How long a caller waits for one.", .max = 60});
  }
};

struct PlannedFault {
  std::string fault;
  Duration at;
  std::string target;
  Ratio ratio{1};
  std::int64_t keys = 1;
  int mode = 0;

  void describe(Fields& f) {
    static constexpr const char* kinds[] = {"key_skew", "cache_outage"};
    static constexpr const char* modes[] = {"down", "slow", "flushed"};
    f.field("at", at, {.help = "When it begins.", .required = true});
    f.field("target", target, {.help = "What it hits."});
    f.variant("fault", fault, kinds, {.help = "What goes wrong."},
              [this](const std::string& kind, Fields& inner) {
                if (kind == "key_skew") {
                  inner.field("ratio", ratio, {.help = "The share of requests.", .required = true});
                  inner.field("keys", keys, {.help = "How many hot keys.", .min = 1});
                } else {
                  inner.choice("mode", mode, modes, {.help = "How the cache fails."});
                }
              });
  }
};

struct Subject {
  enum class Retry { none, fixed, jitter };

  std::string title = "untitled";
  bool steady = true;
  std::int64_t replicas = 3;
  double factor = 1.5;
  Ratio loss{0.01};
  Duration timeout = milliseconds(250);
  Bytes memory = gib(4);
  Bandwidth network{125'000'000};
  Rate rate{500};
  DurationLaw service{{.kind = Law::Kind::exponential, .a = 0.02, .values = {}}};
  SizeLaw payload{{.a = 2048, .values = {}}};
  std::vector<std::string> tags = {"a"};
  Retry retry = Retry::jitter;
  Pool pool;
  std::vector<PlannedFault> faults;

  void describe(Fields& f) {
    static constexpr const char* retries[] = {"none", "fixed", "jitter"};
    f.field("title", title, {.help = "What it shows."});
    f.field("steady", steady, {.help = "Whether steady state is judged."});
    f.field("replicas", replicas, {.help = "Copies.", .source = "a guess", .min = 1});
    f.field("factor", factor, {.help = "A plain factor.", .max = 10});
    f.field("loss", loss, {.help = "Messages lost."});
    f.field("timeout", timeout, {.help = "Of one attempt.", .vendor = "max.poll", .min = 0.001});
    f.field("memory", memory, {.help = "Of one worker.", .min = 1024});
    f.field("network", network, {.help = "Of one node."});
    f.field("rate", rate, {.help = "Requests.", .max = 1e6});
    f.field("service", service, {.help = "Service time.", .max = 3600});
    f.field("payload", payload, {.help = "Message size."});
    f.field("tags", tags, {.help = "Words.", .max = 3});
    f.field("retry", retry, retries, {.help = "The retry policy."});
    f.section("pool", pool, {.help = "The pool."});
    f.items("faults", faults, {.help = "What goes wrong, and when.", .max = 4});
    f.require(timeout < pool.wait, "timeout", "the timeout must be shorter than pool.wait");
  }
};

}  // namespace wavetank::engine::test
