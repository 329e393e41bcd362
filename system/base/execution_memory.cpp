#include "system/base/execution_memory.h"

#include <algorithm>

#include "system/base/check.h"
#include "system/base/wide.h"

namespace wavetank {

Bytes execution_memory_of(Bytes executor_memory, Bytes reserved, std::int64_t fraction_milli) {
  const std::int64_t usable = std::max<std::int64_t>(0, (executor_memory - reserved).count);
  return {static_cast<std::int64_t>(static_cast<Int128>(usable) * fraction_milli / 1000)};
}

ExecutionMemory::Task* ExecutionMemory::find(MemoryTask task) {
  for (Task& t : tasks_) {
    if (t.id == task) return &t;
  }
  return nullptr;
}

void ExecutionMemory::add_task(MemoryTask task) {
  if (!find(task)) tasks_.push_back({task, {}});
}

std::optional<Bytes> ExecutionMemory::grantable(const Task& task, Bytes bytes) const {
  const auto active = static_cast<std::int64_t>(tasks_.size());
  const std::int64_t most = capacity_.count / active;
  const std::int64_t least = capacity_.count / (2 * active);
  const std::int64_t free = std::max<std::int64_t>(0, (capacity_ - used_).count);
  const std::int64_t allowed = std::max<std::int64_t>(0, most - task.held.count);
  const std::int64_t grant = std::min({bytes.count, allowed, free});
  if (grant < bytes.count && task.held.count + grant < least) return std::nullopt;
  return Bytes{grant};
}

ExecutionMemory::Grant ExecutionMemory::acquire(MemoryTask task, Bytes bytes) {
  add_task(task);
  Task& t = *find(task);
  const auto grant = grantable(t, bytes);
  if (grant) {
    t.held += *grant;
    used_ += *grant;
    return {task, *grant, false};
  }
  const bool first = std::none_of(waiting_.begin(), waiting_.end(),
                                  [&](const Request& r) { return r.task == task; });
  WAVETANK_CHECK(first, "a task waits for one request at a time");
  waiting_.push_back({task, bytes});
  return {task, {}, true};
}

void ExecutionMemory::release(MemoryTask task, Bytes bytes) {
  Task* t = find(task);
  WAVETANK_CHECK(t && bytes <= t->held, "a task releases what it holds");
  t->held -= bytes;
  used_ -= bytes;
}

Bytes ExecutionMemory::end_task(MemoryTask task) {
  const Task* t = find(task);
  if (!t) return {};
  const Bytes held = t->held;
  used_ -= held;
  tasks_.erase(tasks_.begin() + (t - tasks_.data()));
  std::erase_if(waiting_, [&](const Request& r) { return r.task == task; });
  return held;
}

std::optional<ExecutionMemory::Grant> ExecutionMemory::next_granted() {
  for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
    Task& t = *find(it->task);
    const auto grant = grantable(t, it->bytes);
    if (!grant) continue;
    t.held += *grant;
    used_ += *grant;
    waiting_.erase(it);
    return Grant{t.id, *grant, false};
  }
  return std::nullopt;
}

Bytes ExecutionMemory::held(MemoryTask task) const {
  for (const Task& t : tasks_) {
    if (t.id == task) return t.held;
  }
  return {0};
}

}  // namespace wavetank
