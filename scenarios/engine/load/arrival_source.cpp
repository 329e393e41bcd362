#include "scenarios/engine/load/arrival_source.h"

namespace wavetank::engine {
namespace {

constexpr Purpose spike_purpose{"load.spike"};

std::optional<Stream> stream_for(const PlannedLoad& load, std::uint64_t seed,
                                 const std::string& purpose) {
  if (!load.entry().shape->random()) return std::nullopt;
  Stream stream(seed, load.entry().name, "arrivals");
  if (load.draws() != nullptr) stream.follow(*load.draws(), load.entry().name + '/' + purpose);
  return stream;
}

}  // namespace

ArrivalSource::ArrivalSource(const PlannedLoad& load) : load_(load), seed_(load.seed()) {
  const LoadEntry& entry = load.entry();
  if (load.survey()) {
    replay_.emplace(*entry.trace(), *load.survey());
    return;
  }
  const std::vector<Leg> legs = entry.shape->legs();
  rate_.emplace(legs_from(legs, {}, entry.scale), stream_for(load, seed_, "arrivals"));
}

ArrivalSource::ArrivalSource(const PlannedLoad& load, Time begin, double more,
                             std::uint64_t first_index)
    : load_(load), seed_(load.seed()), index_(first_index), extra_(true) {
  const LoadEntry& entry = load.entry();
  const std::vector<Leg> legs = entry.shape->legs();
  const Duration since = begin - (Time{} + entry.at);
  const auto own = draw(seed_, spike_purpose, static_cast<std::uint64_t>(begin.ns));
  rate_.emplace(legs_from(legs, since > Duration{} ? since : Duration{}, entry.scale * more),
                stream_for(load, own, "spike at " + std::to_string(begin.ns)));
}

std::uint64_t ArrivalSource::copies(std::uint64_t seed, std::string_view purpose,
                                    std::uint64_t subject, double factor) {
  const auto whole = static_cast<std::uint64_t>(factor);
  const std::uint64_t bits = draw(seed, Purpose(purpose), subject);
  return whole + (hits(bits, factor - static_cast<double>(whole)) ? 1 : 0);
}

std::optional<Arrival> ArrivalSource::next_row() {
  while (copy_ == copies_) {
    if (!replay_->next()) return std::nullopt;
    const std::uint64_t subject = subject_of(load_.place(), replay_->index(), false);
    copies_ = copies(seed_, "load.scale", subject, load_.entry().scale);
    copy_ = 0;
  }
  const auto times = static_cast<std::uint64_t>(load_.entry().trace()->repeat.times);
  Arrival arrival;
  arrival.at = Time{} + load_.entry().at + replay_->offset();
  arrival.index = copy_++ * load_.survey()->rows * times + replay_->index();
  arrival.row = &replay_->row();
  return arrival;
}

std::optional<Arrival> ArrivalSource::next() {
  if (replay_) return next_row();
  const std::optional<Duration> since = rate_->next();
  if (!since) return std::nullopt;
  Arrival arrival;
  arrival.at = Time{} + load_.entry().at + *since;
  arrival.index = index_++;
  arrival.extra = extra_;
  return arrival;
}

}  // namespace wavetank::engine
