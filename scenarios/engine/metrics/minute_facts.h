#pragma once
// What happened in a minute, as counts, so that a resource's busiest minute can name its cause.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/ports/history.h"

namespace wavetank::engine {

inline constexpr std::size_t event_kinds = 0
#define EVENT(name, text) +1
#include "system/ports/events.def"
#undef EVENT
    ;

/// Jobs by what they spilled: the heaviest eight, after the Space-Saving sketch (Metwally et al.,
/// ICDT'05): the figure for the heaviest is too large by at most the smallest of the eight.
class HeavySpills {
 public:
  struct Spiller {
    Ticket ticket;
    JobId job;
    std::int64_t bytes = 0;
  };
  void add(const Ticket& ticket, JobId job, std::int64_t bytes);
  const Spiller& heaviest() const;
  void clear() { spillers_ = {}; }

 private:
  std::array<Spiller, 8> spillers_{};
};

/// The jobs with most tasks running, of those that were seen lately: a small table, so a job with
/// few tasks may be missed.
class BusyJobs {
 public:
  struct Busy {
    Ticket ticket;
    JobId job;
    std::uint32_t running = 0;
  };
  void started(const Ticket& ticket, JobId job);
  void finished(JobId job);
  const Busy& busiest() const;

 private:
  std::array<Busy, 16> jobs_{};
};

struct MinuteFacts {
  std::array<std::uint32_t, event_kinds> counts{};
  std::uint32_t client_retries = 0;
  HeavySpills spills;

  std::uint32_t of(EventKind kind) const { return counts[static_cast<std::size_t>(kind)]; }
  void count(EventKind kind) { ++counts[static_cast<std::size_t>(kind)]; }
};

/// The run's totals by kind, for telling what is unusual in a minute.
struct FactTotals {
  std::array<std::uint64_t, event_kinds> counts{};
  std::uint64_t client_retries = 0;
  std::uint64_t minutes = 0;
  void add(const MinuteFacts& minute);
};

/// Why a resource was busy in a minute, in a few words; empty where nothing stands out. `faults`
/// are the names of those that were active.
std::string cause_text(std::string_view resource, const MinuteFacts& minute,
                       const FactTotals& totals, const BusyJobs& jobs,
                       const std::vector<std::string>& faults);

/// "e17/v203", as people name an output.
std::string output_text(const Ticket& ticket);

}  // namespace wavetank::engine
