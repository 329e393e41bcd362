#include "faults/fault.h"

namespace wavetank::faults {

void Fault::describe(Fields& f) {
  f.field("name", spec_.label,
          {.help = "What reports call it; its draws are named by it, else by its place."});
  f.field("at", spec_.at, {.help = "When it begins, from the start of the run.", .required = true});
  f.field("for", spec_.lasts, {.help = "How long it lasts; left out, until chaos ends."});
}

std::uint64_t Fault::bits_of(const Call& call, Moment moment) const {
  std::uint64_t entity = call.info.subject;
  if (!call.info.entity.valid()) entity ^= mix64(static_cast<std::uint64_t>(call.sent.ns) + 1);
  // One request's calls to several verbs fall one by one, not all together.
  entity += mix64(static_cast<std::uint64_t>(call.op) + 1);
  const std::uint64_t side = moment == Moment::before_reply ? 1 : 0;
  return draw(seed_, purpose_, entity, std::uint64_t{call.info.attempt} * 2 + side);
}

void Fault::enlist(std::uint64_t seed, std::size_t index, TaskGroup& tasks) {
  const std::string who = spec_.label.empty() ? std::to_string(index) : spec_.label;
  seed_ = seed;
  purpose_ = Purpose("fault." + std::string(name_) + "." + who);
  tasks_ = &tasks;
  tally_ = {};
  window_ = {time_max, time_max};
  id_ = 0;
  active_ = false;
}

}  // namespace wavetank::faults
