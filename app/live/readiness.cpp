#include "app/live/readiness.h"

#include <algorithm>

#include "system/live/attempts.h"
#include "system/live/kafka_queue.h"
#include "system/live/object_store.h"
#include "system/live/pq_database.h"
#include "system/live/process_compute.h"
#include "system/live/redis_cache.h"

namespace wavetank::app {
namespace {

constexpr Duration asked_every = whole_seconds(1);
constexpr Duration old_after = whole_seconds(6);
constexpr int wrong_often = 3;

struct Need {
  const char* group;
  std::initializer_list<const char*> what;
};

const Need needs[] = {
    {"api", {"database"}},
    {"callbacks", {"database"}},
    {"outbox", {"database", "queue"}},
    {"launcher", {"database", "queue", "objects", "drivers"}},
    {"drivers", {"database", "objects", "workers"}},
    {"workers", {"objects", "scratch"}},
    {"reconciler", {"database", "queue", "objects", "drivers"}},
};

}  // namespace

Readiness::Readiness(live::LiveWorld& world, live::ControlServer& server, const std::string& node,
                     std::ostream& log)
    : world_(world), node_(node), log_(log), watch_(world.loop(), world.loop().root()) {
  const std::string group = live::group_of(node);
  for (const Need& one : needs) {
    if (group != one.group) continue;
    for (const char* what : one.what) need(server, what);
  }
  if (heard_.contains("queue")) world_.kafka().watch_lag(asked_every);
  if (heard_.contains("drivers")) world_.processes().watch_drivers(asked_every);
  watch_.spawn(watch());
}

void Readiness::need(live::ControlServer& server, const std::string& what) {
  heard_[what] = {};
  server.ready(what, [this, what]() -> std::string {
    const Heard& heard = heard_.at(what);
    if (heard.at == Time{}) return what + " has not answered yet";
    if (world_.loop().now() - heard.at > old_after) return what + " no longer answers";
    return heard.why;
  });
}

void Readiness::hear(const std::string& what, const Result<Done>& answer,
                     const std::string& error) {
  Heard& heard = heard_.at(what);
  heard.at = world_.loop().now();
  heard.why = answer.ok() ? "" : what + ": " + (error.empty() ? name_of(answer.failure()) : error);
  heard.wrong = answer.ok() ? 0 : heard.wrong + 1;
  // What is only slow to start, or gone for a moment, is not worth a line.
  const bool worth = answer.ok() || heard.wrong >= wrong_often;
  if (!worth || heard.why == heard.told) return;
  heard.told = heard.why;
  log_ << "wavetank: " << node_ << (answer.ok() ? ": ready again: " + what
                                                : ": not ready: " + heard.why) << std::endl;
}

void Readiness::ask(const std::string& what) {
  if (what == "database") {
    world_.pq().probe([this, what](const Result<Done>& answer) {
      hear(what, answer, world_.pq().last_error());
    });
  } else if (what == "objects") {
    world_.store().probe([this, what](const Result<Done>& answer) {
      hear(what, answer, world_.store().last_error());
    });
  } else if (what == "queue") {
    const auto age = world_.kafka().lag_age();
    const bool fresh = age && *age < old_after;
    if (fresh) {
      hear(what, Done{}, "");
    } else {
      hear(what, Failure::unavailable, world_.kafka().last_error());
    }
  } else if (what == "drivers") {
    const std::string silent = world_.processes().silent_driver(old_after);
    hear(what, silent.empty() ? Result<Done>(Done{}) : Failure::unavailable, silent);
  } else if (what == "scratch") {
    const auto written = world_.attempts().probe();
    const std::string folder = world_.attempts().root().string();
    hear(what, written, written.ok() ? "" : folder + ": " + name_of(written.failure()));
  } else if (what == "workers") {
    const auto& executors = world_.processes().slots().executors();
    const bool any = std::any_of(executors.begin(), executors.end(),
                                 [](const auto& executor) { return executor.alive; });
    hear(what, any ? Result<Done>(Done{}) : Failure::unavailable,
         any ? "" : "no worker answers");
  }
}

Task<void> Readiness::watch() {
  Loop& loop = world_.loop();
  for (;;) {
    for (const auto& [what, heard] : heard_) ask(what);
    co_await sleep(loop, asked_every);
  }
}

}  // namespace wavetank::app
