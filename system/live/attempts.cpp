#include "system/live/attempts.h"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "system/live/file_io.h"

namespace wavetank::live {

namespace fs = std::filesystem;

Scratch::Scratch(fs::path folder) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Headway LiveAttempt::headway() const {
  if (granted) return {Op::dataset_reserve, 0, {}};
  return progress ? progress->headway() : Headway();
}

Attempts::Attempts(fs::path scratch, Bytes memory) : root_(std::move(scratch)), memory_(memory) {}

Attempts::~Attempts() {
  for (const auto& [handle, attempt] : attempts_) attempt->scratch->cancel();
}

fs::path Attempts::executor_folder(std::uint32_t executor) const {
  return root_ / ("executor-" + std::to_string(executor));
}

fs::path Attempts::shuffle_folder(std::uint32_t executor, JobId job) const {
  return executor_folder(executor) / "shuffle" / ("job-" + std::to_string(job.value));
}

ExecutionMemory& Attempts::pool(std::uint32_t executor) {
  auto& held = pools_[executor];
  if (!held) held = std::make_unique<ExecutionMemory>(memory_);
  return *held;
}

std::uint32_t Attempts::begin(const Slot& slot, const TaskSpec& task) {
  auto made = std::make_unique<LiveAttempt>();
  made->handle = ++last_;
  made->slot = slot;
  made->slot.attempt = made->handle;
  made->task = task;
  // The process id keeps a folder that a killed process left from being taken for this one's.
  const std::string name =
      "attempt-" + std::to_string(::getpid()) + "-" + std::to_string(made->handle);
  made->scratch = std::make_shared<Scratch>(executor_folder(slot.executor) / name);
  pool(slot.executor).add_task(made->handle);
  return attempts_.emplace(last_, std::move(made)).first->first;
}

LiveAttempt* Attempts::find(std::uint32_t handle) const {
  const auto found = attempts_.find(handle);
  return found == attempts_.end() ? nullptr : found->second.get();
}

void Attempts::end(std::uint32_t handle) {
  const auto found = attempts_.find(handle);
  if (found == attempts_.end()) return;
  const std::unique_ptr<LiveAttempt> ended = std::move(found->second);
  attempts_.erase(found);
  ended->scratch->cancel();
  ExecutionMemory& memory = pool(ended->slot.executor);
  memory.end_task(handle);
  hand_out(memory);
}

void Attempts::lose(std::uint32_t executor) {
  std::vector<std::uint32_t> dead;
  for (const auto& [handle, attempt] : attempts_) {
    if (attempt->slot.executor == executor) dead.push_back(handle);
  }
  for (const std::uint32_t handle : dead) end(handle);
  std::error_code ignored;
  fs::remove_all(executor_folder(executor), ignored);
}

void Attempts::forget(JobId job) const {
  std::error_code ignored;
  const std::string name = "job-" + std::to_string(job.value);
  for (fs::directory_iterator at(root_, ignored), end; at != end; at.increment(ignored)) {
    std::error_code absent;
    fs::remove_all(at->path() / "shuffle" / name, absent);
    if (ignored) return;
  }
}

Result<Done> Attempts::probe() const {
  std::error_code error;
  fs::create_directories(root_, error);
  if (error) return failure_of_errno(error.value());
  const fs::path file = root_ / ("probe-" + std::to_string(::getpid()));
  FileWriter out(file);
  out.write("wavetank");
  auto closed = out.close();
  fs::remove(file, error);
  return closed;
}

bool Attempts::reserve(std::uint32_t handle, Bytes want, std::function<void(Bytes)> told) {
  LiveAttempt* attempt = find(handle);
  if (attempt == nullptr) return false;
  const ExecutionMemory::Grant grant = pool(attempt->slot.executor).acquire(handle, want);
  if (grant.waiting) {
    attempt->granted = std::move(told);
    return true;
  }
  attempt->grant += grant.granted;
  told(attempt->grant);
  return true;
}

void Attempts::hand_out(ExecutionMemory& pool) {
  while (const auto next = pool.next_granted()) {
    LiveAttempt* attempt = find(static_cast<std::uint32_t>(next->task));
    if (attempt == nullptr) continue;
    attempt->grant += next->granted;
    const auto told = std::exchange(attempt->granted, nullptr);
    if (told) told(attempt->grant);
  }
}

void Attempts::set_capacity(std::uint32_t executor, Bytes capacity) {
  ExecutionMemory& memory = pool(executor);
  memory.set_capacity(capacity);
  hand_out(memory);
}

Bytes Attempts::used() const {
  Bytes all{};
  for (const auto& [executor, memory] : pools_) all += memory->used();
  return all;
}

std::size_t Attempts::waiting() const {
  std::size_t all = 0;
  for (const auto& [executor, memory] : pools_) all += memory->waiting();
  return all;
}

}  // namespace wavetank::live
