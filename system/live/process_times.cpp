#include "system/live/process_times.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace wavetank::live {
namespace {

namespace fs = std::filesystem;

double ticks_per_s() { return static_cast<double>(::sysconf(_SC_CLK_TCK)); }
double page_bytes() { return static_cast<double>(::sysconf(_SC_PAGESIZE)); }

void skip(std::istream& fields, int count) {
  std::string skipped;
  for (int i = 0; i < count; ++i) fields >> skipped;
}

std::vector<pid_t> all_pids() {
  std::vector<pid_t> pids;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec == std::errc() && read.ptr == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

/// The inodes of sockets that listen on `port`, from one table of the kernel.
void listening(const char* table, int port, std::vector<std::string>& inodes) {
  std::ifstream in(table);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string number, local, remote, state, inode;
    fields >> number >> local >> remote >> state;
    skip(fields, 5);
    fields >> inode;
    const std::size_t colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;
    if (std::stoi(local.substr(colon + 1), nullptr, 16) == port) {
      inodes.push_back("socket:[" + inode + "]");
    }
  }
}

}  // namespace

std::optional<ProcessTimes> times_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  const std::size_t end = line.rfind(')');  // the name before it may hold anything
  if (end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(end + 1));
  ProcessTimes times;
  double user = 0, system = 0, user_below = 0, system_below = 0, started = 0, pages = 0;
  skip(fields, 1);
  fields >> times.parent;
  skip(fields, 9);
  fields >> user >> system >> user_below >> system_below;
  skip(fields, 4);
  fields >> started;
  skip(fields, 1);
  fields >> pages;
  if (!fields) return std::nullopt;
  times.cpu_s = (user + system) / ticks_per_s();
  times.ended_children_s = (user_below + system_below) / ticks_per_s();
  times.started_s = started / ticks_per_s();
  times.resident_bytes = pages * page_bytes();
  return times;
}

/// By the first line: user nice system idle iowait irq softirq steal. Guests are within user and
/// nice.
std::optional<MachineTimes> machine_times() {
  std::ifstream in("/proc/stat");
  std::string name;
  double user = 0, nice = 0, system = 0, idle = 0, waits = 0, irq = 0, soft = 0, stolen = 0;
  in >> name >> user >> nice >> system >> idle >> waits >> irq >> soft >> stolen;
  if (!in || name != "cpu") return std::nullopt;
  return MachineTimes{(user + nice + system + irq + soft + stolen) / ticks_per_s(),
                      (idle + waits) / ticks_per_s()};
}

double machine_memory_bytes() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * page_bytes();
}

double cpu_seconds_of(pid_t pid) {
  const auto own = times_of(pid);
  if (!own) return 0;
  double sum = own->cpu_s + own->ended_children_s;
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, double> used;
  for (const pid_t one : all_pids()) {
    const auto times = times_of(one);
    if (!times) continue;
    children.emplace(times->parent, one);
    used[one] = times->cpu_s + times->ended_children_s;
  }
  std::vector<pid_t> open{pid};
  while (!open.empty()) {
    const auto [first, last] = children.equal_range(open.back());
    open.pop_back();
    for (auto child = first; child != last; ++child) {
      sum += used[child->second];
      open.push_back(child->second);
    }
  }
  return sum;
}

double own_cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

pid_t listener_of(int port) {
  std::vector<std::string> inodes;
  listening("/proc/net/tcp", port, inodes);
  listening("/proc/net/tcp6", port, inodes);
  if (inodes.empty()) return 0;
  pid_t oldest = 0;  // a parent and its children may share a socket
  for (const pid_t pid : all_pids()) {
    std::error_code ignored;
    for (const auto& entry :
         fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", ignored)) {
      const std::string link = fs::read_symlink(entry.path(), ignored).string();
      if (std::find(inodes.begin(), inodes.end(), link) == inodes.end()) continue;
      if (oldest == 0 || pid < oldest) oldest = pid;
      break;
    }
  }
  return oldest;
}

}  // namespace wavetank::live
