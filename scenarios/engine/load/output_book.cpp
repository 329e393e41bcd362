#include "scenarios/engine/load/output_book.h"

#include <algorithm>

#include "scenarios/engine/load/arrival_source.h"
#include "system/base/check.h"

namespace wavetank::engine {
namespace {

constexpr Purpose pick_purpose{"load.pick"};

}  // namespace

OutputBook::OutputBook(const LoadPlan& plan)
    : plan_(plan), shelves_(plan.loads().size()), readers_(plan.loads().size()) {
  for (const PlannedLoad& load : plan.loads()) {
    if (load.submits()) continue;
    const std::size_t from = plan.read_from(load.place());
    const ReadChoice& choice = load.entry().read;
    const bool by_key = choice.by == ReadChoice::By::key;
    const std::uint64_t ranks =
        by_key ? plan.loads()[from].keys() : static_cast<std::uint64_t>(choice.recent);
    WAVETANK_CHECK(ranks > 0, "reads by key need a load with keys");
    shelves_[from].read = true;
    readers_[load.place()].from = from;
    readers_[load.place()].zipf = plan.tables().get(ranks, choice.zipf);
  }
}

std::uint32_t OutputBook::count_planned() const {
  std::uint32_t planned = 0;
  for (const PlannedLoad& load : plan_.loads()) {
    if (!load.submits()) continue;
    ArrivalSource source(load);
    while (source.next()) ++planned;
  }
  return planned;
}

OutputId OutputBook::next(bool extra) {
  if (!extra) return {next_++};
  if (!next_extra_) next_extra_ = count_planned();
  return {(*next_extra_)++};
}

void OutputBook::offered(std::size_t place, const PlannedRequest& request) {
  Shelf& shelf = shelves_[place];
  if (!shelf.read) return;
  const Ticket& ticket = request.ticket;
  const auto ns = static_cast<std::uint64_t>(ticket.planned.ns);
  const auto priority = static_cast<std::uint64_t>(ticket.priority);
  const std::uint64_t mix_class = request.mix_class;
  shelf.offers.at(shelf.count++) = {ticket.output.value, ticket.entity.value,
                                    (ns << 8) | (mix_class << 2) | priority};
}

void OutputBook::ripen(Reader& reader, const ReadChoice& choice, Time now) {
  const Shelf& shelf = shelves_[reader.from];
  const std::uint32_t first_key = plan_.loads()[reader.from].first_key().value;
  while (reader.ripe < shelf.count) {
    const Offer offer = shelf.offers.get(reader.ripe);
    if (offer.planned() + choice.after > now) return;
    ++reader.ripe;
    if (choice.by == ReadChoice::By::key && offer.entity - first_key < reader.zipf->keys()) {
      reader.newest.at(offer.entity - first_key) = reader.ripe;
    }
  }
}

/// The place of an offer, from 0. There is at least one that is ripe.
std::uint32_t OutputBook::choose(const Reader& reader, const ReadChoice& choice,
                                 std::uint64_t bits) const {
  const std::uint64_t rank = reader.zipf->rank(bits);
  if (choice.by == ReadChoice::By::key) {
    const std::uint32_t newest = reader.newest.get(static_cast<std::uint32_t>(rank));
    if (newest != 0) return newest - 1;
    return static_cast<std::uint32_t>(below(mix64(bits), reader.ripe));
  }
  return reader.ripe - 1 - static_cast<std::uint32_t>(rank % reader.ripe);
}

std::optional<Ticket> OutputBook::pick(std::size_t place, std::uint64_t subject, Time now) {
  Reader& reader = readers_[place];
  const ReadChoice& choice = plan_.loads()[place].entry().read;
  ripen(reader, choice, now);
  if (reader.ripe == 0) return std::nullopt;
  const std::uint64_t bits = draw(plan_.seed(), pick_purpose, subject);
  const std::uint32_t chosen = choose(reader, choice, bits);
  const Offer offer = shelves_[reader.from].offers.get(chosen);
  const auto mix_class = static_cast<std::uint8_t>((offer.planned_and_class >> 2) & 63u);
  Ticket ticket = plan_.loads()[reader.from].ticket(mix_class, offer.planned());
  ticket.priority = static_cast<Priority>(offer.planned_and_class & 3u);
  ticket.output = {offer.output};
  ticket.entity = {offer.entity};
  return ticket;
}

}  // namespace wavetank::engine
