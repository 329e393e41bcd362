#include "sim/world/models/process_row.h"

#include <limits>

#include "sim/world/models/bit_pack.h"

namespace wavetank::sim {
namespace {

// The first word: 2 bits of state (0 is a reference), then epoch, effects and entity.
constexpr int epoch_bits = 3;
constexpr int effects_bits = 2;
constexpr int entity_bits = 25;
// The other four: planned up to 13 days, accepted 2.1 s after that, changed 9.1 minutes later.
constexpr int planned_bits = 50;
constexpr int accepted_bits = 31;
constexpr int changed_bits = 39;
constexpr int class_bits = 8;

static_assert(2 + epoch_bits + effects_bits + entity_bits == 32);
static_assert(planned_bits + accepted_bits + changed_bits + class_bits == 128);

// A window that is not set, and one without end, are the same for tickets of any time.
constexpr Duration unset{std::numeric_limits<std::int64_t>::min()};

Duration fresh_within(const Ticket& ticket) {
  if (ticket.fresh_by == Time{}) return unset;
  if (ticket.fresh_by == time_max) return duration_max;
  return ticket.fresh_by - ticket.planned;
}

}  // namespace

std::uint32_t TicketClasses::number_of(const Ticket& ticket) {
  const Class wanted{ticket.priority, ticket.critical, ticket.action, fresh_within(ticket),
                     ticket.fresh_for};
  if (last_ < classes_.size() && classes_[last_] == wanted) return last_;
  for (last_ = 0; last_ < classes_.size(); ++last_) {
    if (classes_[last_] == wanted) return last_;
  }
  if (classes_.size() == most) return most;
  classes_.push_back(wanted);
  return last_;
}

void TicketClasses::restore(std::uint32_t number, Ticket& ticket) const {
  const Class& c = classes_[number];
  ticket.priority = c.priority;
  ticket.critical = c.critical;
  ticket.action = c.action;
  ticket.fresh_by = c.fresh_within == unset ? Time{} : ticket.planned + c.fresh_within;
  ticket.fresh_for = c.fresh_for;
}

bool PackedRow::pack(const ProcessRow& row, TicketClasses& classes) {
  const ProcessView& view = row.view;
  if (!terminal(view.state)) return false;
  const int outcome = static_cast<int>(view.state) - static_cast<int>(ProcessState::succeeded) + 1;
  BitWriter head;
  head.put(static_cast<std::uint64_t>(outcome), 2)
      .put(view.epoch, epoch_bits)
      .put(view.effects, effects_bits)
      .put(view.ticket.entity.value, entity_bits);
  BitWriter rest;
  rest.put_signed(view.ticket.planned.ns, planned_bits)
      .put_signed((view.accepted - view.ticket.planned).ns, accepted_bits)
      .put_signed((view.changed - view.accepted).ns, changed_bits);
  if (!head.fits() || !rest.fits()) return false;
  rest.put(classes.number_of(view.ticket), class_bits);
  if (!rest.fits()) return false;
  words_[0] = static_cast<std::uint32_t>(head.low());
  words_[1] = static_cast<std::uint32_t>(rest.low());
  words_[2] = static_cast<std::uint32_t>(rest.low() >> 32);
  words_[3] = static_cast<std::uint32_t>(rest.high());
  words_[4] = static_cast<std::uint32_t>(rest.high() >> 32);
  return true;
}

ProcessView PackedRow::unpack(ProcessId process, OutputId output,
                              const TicketClasses& classes) const {
  ProcessView view;
  view.process = process;
  view.ticket.output = output;
  BitReader head(words_[0], 0);
  view.state = static_cast<ProcessState>(static_cast<int>(ProcessState::succeeded) - 1 +
                                         static_cast<int>(head.take(2)));
  view.epoch = static_cast<std::uint32_t>(head.take(epoch_bits));
  view.effects = static_cast<std::uint32_t>(head.take(effects_bits));
  view.ticket.entity = EntityId{static_cast<std::uint32_t>(head.take(entity_bits))};
  BitReader rest(words_[1] | (std::uint64_t{words_[2]} << 32),
                 words_[3] | (std::uint64_t{words_[4]} << 32));
  view.ticket.planned = Time{rest.take_signed(planned_bits)};
  view.accepted = view.ticket.planned + Duration{rest.take_signed(accepted_bits)};
  view.changed = view.accepted + Duration{rest.take_signed(changed_bits)};
  classes.restore(static_cast<std::uint32_t>(rest.take(class_bits)), view.ticket);
  return view;
}

}  // namespace wavetank::sim
