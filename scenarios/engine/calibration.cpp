#include "scenarios/engine/calibration.h"

#include <cstdio>
#include <optional>

namespace wavetank::engine {
namespace {

/// Seconds since 1970 of "2026-11-21T23:59:00Z", in the Gregorian calendar: days are counted from
/// March, so that a leap day ends its year.
std::optional<std::int64_t> instant(const std::string& date) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  char end = 0;
  if (std::sscanf(date.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%c", &year, &month, &day, &hour, &minute,
                  &second, &end) != 7 ||
      end != 'Z' || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t from_march = (month + 9) % 12;
  const std::int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 +
                            day - 1 - 719'468;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

std::string age(std::int64_t s) {
  if (s < 0) return "from the future";
  if (s < 120) return "just made";
  if (s < 2 * 3'600) return std::to_string(s / 60) + " min old";
  if (s < 2 * 86'400) return std::to_string(s / 3'600) + " h old";
  return std::to_string(s / 86'400) + " days old";
}

}  // namespace

void Calibration::Demand::describe(Fields& f) {
  f.field("process", process, {.help = "Whose processor time."});
  f.field("operation", operation, {.help = "Of which request: submit, status, output."});
  f.field("cpu", cpu, {.help = "Of one request."});
  f.field("error", error, {.help = "Its standard error."});
}

void Calibration::Share::describe(Fields& f) {
  f.field("of", of, {.help = "Of which operation or process."});
  f.field("value", value, {.help = "Requests a second, or cores."});
}

void Calibration::Level::describe(Fields& f) {
  f.field("used", used, {.help = "Of the machine's cores."});
  f.field("requests_per_s", requests_per_s, {.help = "That were answered."});
  f.field("observed", observed, {.help = "Mean latency of a request."});
  f.field("simulated", simulated, {.help = "The same, simulated with what was fitted."});
  f.items("asked", asked, {.help = "Requests a second by operation."});
  f.items("cores", cores, {.help = "Cores in use by process."});
}

void Calibration::describe(Fields& f) {
  f.field("target", target, {.help = "The platform that was measured, by its name."});
  f.field("date", date, {.help = "When, as 2026-11-21T23:59:00Z."});
  f.require(date.empty() || instant(date).has_value(), "date",
            "is no date like 2026-11-21T23:59:00Z");
  f.field("r2", r2, {.help = "How much of the processor time the regression explains.", .max = 1});
  f.field("windows", windows, {.help = "Observations that it rests on."});
  f.field("economy", economy, {.help = "How much less reads cost where all cores are busy."});
  f.field("run_queue", run_queue,
          {.help = "How long who wakes up while all cores are busy waits for each that is ahead."});
  f.field("run_queue_error", run_queue_error, {.help = "Its standard error."});
  f.items("levels", levels, {.help = "The runs that it rests on."});
  f.items("demands", demands, {.help = "Processor time by process and operation."});
}

std::string Calibration::text(std::int64_t now_s) const {
  if (!exists()) return "none";
  std::string words = target;
  if (const auto made = instant(date)) words += ", " + age(now_s - *made);
  char quality[24];
  std::snprintf(quality, sizeof quality, ", R2 %.2f", r2);
  return words + quality;
}

}  // namespace wavetank::engine
