#include "scenarios/engine/gantt/open_attempts.h"

#include "system/base/random.h"

namespace wavetank::engine {

std::size_t OpenAttempts::bucket(JobId job, std::uint32_t partition) const {
  const std::uint64_t key = (std::uint64_t{job.value} << 32) | partition;
  return static_cast<std::size_t>(mix64(key)) & (buckets_.size() - 1);
}

void OpenAttempts::grow() {
  buckets_.assign(buckets_.empty() ? 64 : buckets_.size() * 2, none);
  std::vector<bool> is_free(slab_.size(), false);
  for (const Ref ref : free_) is_free[ref] = true;
  for (Ref ref = 0; ref < slab_.size(); ++ref) {
    if (is_free[ref]) continue;
    Entry& entry = slab_[ref];
    Ref& head = buckets_[bucket(entry.attempt.job, entry.attempt.partition)];
    entry.next_alike = head;
    head = ref;
  }
}

void OpenAttempts::add(List& list, std::uint32_t owner, const TaskAttempt& attempt) {
  if (size_ >= buckets_.size()) grow();
  Ref ref = static_cast<Ref>(slab_.size());
  if (free_.empty()) {
    slab_.emplace_back();
  } else {
    ref = free_.back();
    free_.pop_back();
  }
  Entry& entry = slab_[ref];
  entry = Entry{};
  entry.attempt = attempt;
  entry.owner = owner;
  Ref& head = buckets_[bucket(attempt.job, attempt.partition)];
  entry.next_alike = head;
  head = ref;
  entry.after = list.front;
  if (list.front != none) slab_[list.front].before = ref;
  list.front = ref;
  ++list.size;
  ++size_;
}

void OpenAttempts::take(List& list, Ref ref) {
  Entry& entry = slab_[ref];
  Ref* link = &buckets_[bucket(entry.attempt.job, entry.attempt.partition)];
  while (*link != ref) link = &slab_[*link].next_alike;
  *link = entry.next_alike;
  if (entry.before == none) {
    list.front = entry.after;
  } else {
    slab_[entry.before].after = entry.after;
  }
  if (entry.after != none) slab_[entry.after].before = entry.before;
  free_.push_back(ref);
  --list.size;
  --size_;
}

OpenAttempts::Ref OpenAttempts::find(JobId job, std::uint16_t stage, std::uint32_t partition,
                                     std::uint16_t attempt) const {
  if (size_ == 0) return none;
  Ref ref = buckets_[bucket(job, partition)];
  for (; ref != none; ref = slab_[ref].next_alike) {
    const TaskAttempt& a = slab_[ref].attempt;
    if (a.job == job && a.partition == partition && a.stage == stage && a.attempt == attempt) break;
  }
  return ref;
}

OpenAttempts::Ref OpenAttempts::find_on(JobId job, std::uint32_t partition, NodeId node) const {
  if (size_ == 0) return none;
  Ref ref = buckets_[bucket(job, partition)];
  for (; ref != none; ref = slab_[ref].next_alike) {
    const TaskAttempt& a = slab_[ref].attempt;
    if (a.job == job && a.partition == partition && a.node == node) break;
  }
  return ref;
}

void OpenAttempts::note_twins(JobId job, std::uint16_t stage, std::uint32_t partition) {
  if (size_ == 0) return;
  Ref ref = buckets_[bucket(job, partition)];
  for (; ref != none; ref = slab_[ref].next_alike) {
    TaskAttempt& a = slab_[ref].attempt;
    if (a.job == job && a.partition == partition && a.stage == stage) a.noted = true;
  }
}

}  // namespace wavetank::engine
