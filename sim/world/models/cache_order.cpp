#include "sim/world/models/cache_order.h"

namespace wavetank::sim {

std::uint32_t CacheOrder::add(std::uint64_t hash) {
  std::uint32_t entry = free_;
  if (entry == none) {
    entry = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    free_ = entries_[entry].newer;
  }
  entries_[entry] = Entry{};
  entries_[entry].hash = hash;
  link_newest(entry);
  return entry;
}

void CacheOrder::remove(std::uint32_t entry) {
  set_expiry(entry, time_max);
  unlink(entry);
  used_ -= entries_[entry].cost;
  entries_[entry].newer = free_;
  free_ = entry;
}

void CacheOrder::clear() {
  entries_.clear();
  expiry_.clear();
  newest_ = oldest_ = free_ = none;
  used_ = 0;
}

void CacheOrder::set(std::uint32_t entry, std::int64_t cost, Time expires) {
  used_ += cost - entries_[entry].cost;
  entries_[entry].cost = cost;
  set_expiry(entry, expires);
  touch(entry);
}

void CacheOrder::touch(std::uint32_t entry) {
  if (entry == newest_) return;
  unlink(entry);
  link_newest(entry);
}

void CacheOrder::set_expiry(std::uint32_t entry, Time expires) {
  const auto keep = [this](const Expiry& e, std::uint32_t at) { entries_[e.entry].position = at; };
  const std::uint32_t position = entries_[entry].position;
  if (expires == time_max) {
    if (position != not_in_heap) expiry_.erase(position, keep);
  } else if (position == not_in_heap) {
    expiry_.push({expires, entry}, keep);
  } else {
    expiry_.update(position, {expires, entry}, keep);
  }
}

void CacheOrder::unlink(std::uint32_t entry) {
  const Entry& e = entries_[entry];
  (e.newer == none ? newest_ : entries_[e.newer].older) = e.older;
  (e.older == none ? oldest_ : entries_[e.older].newer) = e.newer;
}

void CacheOrder::link_newest(std::uint32_t entry) {
  entries_[entry].newer = none;
  entries_[entry].older = newest_;
  (newest_ == none ? oldest_ : entries_[newest_].newer) = entry;
  newest_ = entry;
}

}  // namespace wavetank::sim
