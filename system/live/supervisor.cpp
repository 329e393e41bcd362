#include "system/live/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

extern char** environ;

namespace wavetank::live {
namespace {

namespace fs = std::filesystem;

constexpr Duration look = milliseconds(50);
constexpr Duration first_pause = milliseconds(100);
constexpr Duration longest_pause = whole_seconds(5);
constexpr Duration long_enough = whole_seconds(10);

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (std::string& word : words) all.push_back(word.data());
  all.push_back(nullptr);
  return all;
}

/// Starts `argv` with its output in `log`; 0 where it cannot.
pid_t spawn(std::vector<std::string> argv, const fs::path& log) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);  // a Ctrl-C is for the supervisor to pass on
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv.front().c_str(), &files, &attributes,
                                pointers(argv).data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error == 0 ? pid : 0;
}

}  // namespace

Supervisor::Supervisor(TaskGroup& group, Loop& loop, fs::path state)
    : loop_(loop), state_(std::move(state)) {
  fs::create_directories(state_ / "logs");
  fs::create_directories(state_ / "pids");
  group.spawn(watch());
}

Supervisor::~Supervisor() {
  for (auto& [name, child] : children_) {
    if (child.status.pid == 0) continue;
    ::kill(-child.status.pid, SIGKILL);
    int status = 0;
    ::waitpid(child.status.pid, &status, 0);
    ended(child, status);
  }
}

fs::path Supervisor::file(const char* folder, const std::string& name, const char* end) const {
  std::string flat = name;
  std::replace(flat.begin(), flat.end(), '/', '-');
  return state_ / folder / (flat + end);
}

void Supervisor::start(Child& child) {
  child.started = loop_.now();
  child.status.pid = spawn(child.spec.argv, file("logs", child.spec.name, ".log"));
  ++child.status.starts;
  if (child.status.pid == 0) return ended(child, 127 << 8);
  std::ofstream(file("pids", child.spec.name, ".pid")) << child.status.pid << '\n';
}

void Supervisor::ended(Child& child, int status) {
  child.status.pid = 0;
  child.status.last_status = status;
  std::error_code ignored;
  fs::remove(file("pids", child.spec.name, ".pid"), ignored);
  const bool lasted = loop_.now() - child.started >= long_enough;
  child.failures = lasted ? 0 : child.failures + 1;
  Duration pause{};
  if (child.failures > 1) {
    pause = std::min(longest_pause, first_pause * (std::int64_t{1} << std::min(child.failures, 8)));
  }
  child.start_at = loop_.now() + pause;
}

/// Takes note of who has ended.
void Supervisor::reap() {
  for (auto& [name, child] : children_) {
    if (child.status.pid == 0) continue;
    int status = 0;
    if (::waitpid(child.status.pid, &status, WNOHANG) == child.status.pid) ended(child, status);
  }
}

Task<void> Supervisor::watch() {
  for (;;) {
    co_await sleep(loop_, look);
    reap();
    if (stopping_) continue;
    for (auto& [name, child] : children_) {
      if (child.status.held && loop_.now() >= child.held_until) child.status.held = false;
      const bool due = child.status.pid == 0 && !child.status.held && loop_.now() >= child.start_at;
      if (due) start(child);
    }
  }
}

/// A kill is for all that a child has started, too.
void Supervisor::tell(int wave, int signal) {
  for (const auto& [name, child] : children_) {
    const pid_t pid = child.status.pid;
    if (pid != 0 && child.spec.wave == wave) ::kill(signal == SIGKILL ? -pid : pid, signal);
  }
}

bool Supervisor::runs(int wave) const {
  return std::any_of(children_.begin(), children_.end(), [wave](const auto& entry) {
    return entry.second.spec.wave == wave && entry.second.status.pid != 0;
  });
}

Task<void> Supervisor::replace(std::vector<ChildSpec> specs, Duration grace) {
  stopping_ = true;
  std::set<int> waves;
  for (const auto& [name, child] : children_) waves.insert(child.spec.wave);
  for (const int wave : waves) {
    tell(wave, SIGTERM);
    const Time until = loop_.now() + grace;
    while (runs(wave)) {
      co_await sleep(loop_, look);
      reap();
      if (loop_.now() >= until) tell(wave, SIGKILL);
    }
  }
  children_.clear();
  for (ChildSpec& spec : specs) {
    Child& child = children_[spec.name];
    child.status.name = spec.name;
    child.spec = std::move(spec);
    start(child);
  }
  stopping_ = false;
}

bool Supervisor::hold(const std::string& name, Duration lease) {
  const auto found = children_.find(name);
  if (found == children_.end()) return false;
  Child& child = found->second;
  child.status.held = true;
  child.held_until = loop_.now() + lease;
  if (child.status.pid != 0) ::kill(-child.status.pid, SIGKILL);
  return true;
}

bool Supervisor::release(const std::string& name) {
  const auto found = children_.find(name);
  if (found == children_.end()) return false;
  found->second.status.held = false;
  found->second.failures = 0;
  found->second.start_at = loop_.now();
  return true;
}

std::vector<ChildStatus> Supervisor::children() const {
  std::vector<ChildStatus> all;
  for (const auto& [name, child] : children_) all.push_back(child.status);
  return all;
}

std::string Supervisor::tail(const std::string& name, std::size_t bytes) const {
  std::ifstream in(file("logs", name, ".log"), std::ios::binary | std::ios::ate);
  if (!in) return "";
  const auto size = static_cast<std::size_t>(in.tellg());
  in.seekg(static_cast<std::streamoff>(size > bytes ? size - bytes : 0));
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace wavetank::live
