#include "system/stage.h"

namespace wavetank::service {
namespace {

constexpr const char* slot_order_names[] = {"oldest", "in_turn"};

}  // namespace

void SpeculationSettings::describe(Fields& f) {
  f.field("enabled", enabled,
          {.help = "Copies a task that runs much longer than the others.",
           .vendor = "spark.speculation"});
  f.field("quantile", quantile,
          {.help = "The share of tasks that must have finished first.",
           .source = "Spark 3; Spark 4 has 0.9",
           .vendor = "spark.speculation.quantile",
           .min = 0,
           .max = 1});
  f.field("multiplier", multiplier,
          {.help = "How many medians a task must have run.",
           .source = "Spark 3; Spark 4 has 3",
           .vendor = "spark.speculation.multiplier",
           .min = 1});
  f.field("interval", interval,
          {.help = "How often it looks.",
           .source = "Spark",
           .vendor = "spark.speculation.interval",
           .min = 1e-3});
}

void TaskSettings::describe(Fields& f) {
  f.field("max_failures", max_failures,
          {.help = "Failures of one task that end the job; lost executors do not count.",
           .source = "Spark",
           .vendor = "spark.task.maxFailures",
           .min = 1});
  f.field("hot_at", hot_at,
          {.help = "A partition of so many times the mean is reported as hot.", .min = 1});
  f.field("timeout", timeout, {.help = "An attempt that is not heard of for so long is given up."});
  f.field("slot_order", slot_order, slot_order_names,
          {.help = "Which job a free slot goes to, of those that run on as few: the oldest, or "
                   "each in turn. In turn a new job goes before all that have begun: of jobs with "
                   "few tasks a full cluster begins ever more and finishes ever fewer.",
           .source = "Spark FIFO: the earlier job"});
  f.section("speculation", speculation, {.help = "Copies of slow tasks."});
}

void TaskSettings::disarm() {
  slot_order = SlotOrder::in_turn;
  speculation.enabled = false;
}

}  // namespace wavetank::service
