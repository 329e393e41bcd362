#include "sim/world/models/prefix_limiter.h"

namespace wavetank::sim {

PrefixLimiter::Prefix& PrefixLimiter::find_or_make(std::uint64_t prefix, Time now) {
  const std::uint64_t hash = IntegerHash{}(prefix);
  const std::uint32_t there =
      index_.find(hash, [&](std::uint32_t at) { return prefixes_[at].hash == prefix; });
  if (there != HashIndex::none) return prefixes_[there];
  index_.insert(hash, static_cast<std::uint32_t>(prefixes_.size()));
  const TokenBucket writes(limits_.writes_per_s, limits_.writes_per_s, now);
  const TokenBucket reads(limits_.reads_per_s, limits_.reads_per_s, now);
  prefixes_.push_back({prefix, writes, reads});
  return prefixes_.back();
}

bool PrefixLimiter::admit(std::uint64_t prefix, bool write, Time now) {
  Prefix& p = find_or_make(prefix, now);
  if ((write ? p.writes : p.reads).take(now)) return true;
  ++refused_;
  note_refusal(p, now);
  return false;
}

void PrefixLimiter::note_refusal(Prefix& p, Time now) {
  if (!p.hot || now - p.last_refusal > minutes(1)) p.hot_since = now;
  p.hot = true;
  p.last_refusal = now;
  if (now - p.hot_since < limits_.split_after) return;
  p.factor *= 2;
  p.hot = false;
  ++splits_;
  apply_rates(p, now);
}

void PrefixLimiter::apply_rates(Prefix& p, Time now) {
  const std::int64_t writes = limits_.writes_per_s * p.factor;
  const std::int64_t reads = limits_.reads_per_s * p.factor;
  p.writes.set_rate(now, writes, writes);
  p.reads.set_rate(now, reads, reads);
}

void PrefixLimiter::set_limits(PrefixLimits limits, Time now) {
  limits_ = limits;
  for (Prefix& p : prefixes_) apply_rates(p, now);
}

}  // namespace wavetank::sim
