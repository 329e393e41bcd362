#pragma once
// One row of the process table in two forms: whole while something may still happen to it, and
// packed into 20 bytes once it is terminal. A terminal row that does not fit (an entity above 2^25,
// a process that took over 9 minutes ...) stays whole: packing saves memory and never loses a bit.

#include <cstdint>
#include <vector>

#include "system/ports/messages.h"

namespace wavetank::sim {

/// A row while it is whole.
struct ProcessRow {
  ProcessView view;
  Workload work;
  EventId cause = 0;
  std::uint32_t older = 0xffffffffu;  // links of the list of open rows by time of change
  std::uint32_t newer = 0xffffffffu;
};

/// What many tickets have in common, kept once.
class TicketClasses {
 public:
  static constexpr std::uint32_t most = 256;

  /// The number of the ticket's class, or `most` where there are too many of them.
  std::uint32_t number_of(const Ticket& ticket);
  /// Fills in what the class holds; `ticket.planned` must be set.
  void restore(std::uint32_t number, Ticket& ticket) const;

 private:
  struct Class {
    Priority priority;
    bool critical;
    std::uint8_t action;
    Duration fresh_within;
    Duration fresh_for;
    bool operator==(const Class&) const = default;
  };
  std::vector<Class> classes_;
  std::uint32_t last_ = 0;
};

/// 20 bytes: empty, a reference to a whole row, or a packed terminal row.
class PackedRow {
 public:
  bool present() const { return words_[0] != 0; }
  bool whole() const { return (words_[0] & 3) == 0; }
  /// Where the whole row is.
  std::uint32_t slot() const { return (words_[0] >> 2) - 1; }
  void refer_to(std::uint32_t slot) { words_[0] = (slot + 1) << 2; }

  /// False where the row does not fit or is not terminal; nothing changes then.
  bool pack(const ProcessRow& row, TicketClasses& classes);
  ProcessView unpack(ProcessId process, OutputId output, const TicketClasses& classes) const;

 private:
  std::uint32_t words_[5] = {};
};
static_assert(sizeof(PackedRow) == 20);

}  // namespace wavetank::sim
