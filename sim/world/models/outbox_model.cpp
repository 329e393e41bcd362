#include "sim/world/models/outbox_model.h"

namespace wavetank::sim {

bool OutboxModel::add(const ProcessRecord& record, Time now) {
  const std::uint64_t hash = IntegerHash{}(record.process);
  const std::uint32_t there = by_process_.find(
      hash, [&](std::uint32_t slot) { return rows_[slot].record.process == record.process; });
  if (there != HashIndex::none) return false;
  const std::uint32_t slot = rows_.take();
  by_process_.insert(hash, slot);
  Row& row = rows_[slot];
  row.record = record;
  row.added = now;
  row.order = added_++;
  row.older = newest_;
  row.newer = none;
  (newest_ == none ? oldest_ : rows_[newest_].newer) = slot;
  newest_ = slot;
  set_free(slot);
  return true;
}

void OutboxModel::set_free(std::uint32_t slot) {
  rows_[slot].claimed = false;
  free_.push({rows_[slot].order, slot}, keep_position());
}

std::vector<ProcessRecord> OutboxModel::claim(std::uint32_t most, Duration lease, Time now) {
  while (!leases_.empty() && leases_.top().until <= now) {
    const std::uint32_t slot = leases_.top().slot;
    leases_.erase(0, keep_position());
    set_free(slot);
  }
  std::vector<ProcessRecord> claimed;
  while (claimed.size() < most && !free_.empty()) {
    const std::uint32_t slot = free_.top().slot;
    free_.erase(0, keep_position());
    Row& row = rows_[slot];
    row.claimed = true;
    leases_.push({now + lease, row.order, slot}, keep_position());
    claimed.push_back(row.record);
  }
  return claimed;
}

bool OutboxModel::mark_published(ProcessId process) {
  const std::uint64_t hash = IntegerHash{}(process);
  const std::uint32_t slot =
      by_process_.find(hash, [&](std::uint32_t at) { return rows_[at].record.process == process; });
  if (slot == HashIndex::none) return false;
  by_process_.erase(hash, slot);
  const Row& row = rows_[slot];
  if (row.claimed) {
    leases_.erase(row.position, keep_position());
  } else {
    free_.erase(row.position, keep_position());
  }
  (row.older == none ? oldest_ : rows_[row.older].newer) = row.newer;
  (row.newer == none ? newest_ : rows_[row.newer].older) = row.older;
  rows_.give_back(slot);
  return true;
}

Duration OutboxModel::oldest_age(Time now) const {
  return oldest_ == none ? Duration{0} : now - rows_[oldest_].added;
}

}  // namespace wavetank::sim
