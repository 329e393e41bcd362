#include "system/live/process_times.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace wavetank::live {
namespace {

namespace fs = std::filesystem;

struct Stat {
  pid_t parent = 0;
  double cpu_s = 0;       ///< its own
  double children_s = 0;  ///< of those that have ended
};

bool read_stat(pid_t pid, Stat& stat) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(in, line)) return false;
  const std::size_t end = line.rfind(')');  // the name before it may hold anything
  if (end == std::string::npos) return false;
  std::istringstream fields(line.substr(end + 1));
  std::string state;
  fields >> state >> stat.parent;
  for (int i = 5; i <= 13; ++i) fields >> state;
  double user = 0, system = 0, user_below = 0, system_below = 0;
  fields >> user >> system >> user_below >> system_below;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  stat.cpu_s = (user + system) / ticks;
  stat.children_s = (user_below + system_below) / ticks;
  return static_cast<bool>(fields);
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
    std::string number, local, remote, state, skipped, inode;
    fields >> number >> local >> remote >> state;
    for (int i = 0; i < 5; ++i) fields >> skipped;
    fields >> inode;
    const std::size_t colon = local.rfind(':');
    if (state != "0A" || colon == std::string::npos) continue;
    if (std::stoi(local.substr(colon + 1), nullptr, 16) == port) {
      inodes.push_back("socket:[" + inode + "]");
    }
  }
}

}  // namespace

double cpu_seconds_of(pid_t pid) {
  Stat own;
  if (!read_stat(pid, own)) return 0;
  double sum = own.cpu_s + own.children_s;
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, Stat> stats;
  for (const pid_t one : all_pids()) {
    Stat stat;
    if (!read_stat(one, stat)) continue;
    children.emplace(stat.parent, one);
    stats[one] = stat;
  }
  std::vector<pid_t> open{pid};
  while (!open.empty()) {
    const auto [first, last] = children.equal_range(open.back());
    open.pop_back();
    for (auto child = first; child != last; ++child) {
      sum += stats[child->second].cpu_s + stats[child->second].children_s;
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
