#include "app/live/cost_sampler.h"

#include <chrono>
#include <cstdlib>
#include <future>
#include <nlohmann/json.hpp>

#include "app/live/machine_probe.h"
#include "app/live/target_options.h"
#include "system/live/drill/web.h"
#include "system/live/metrics_text.h"
#include "system/live/process_times.h"

namespace wavetank::app {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

double now_s() {
  return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

/// 0 where it is not on this machine: whoever listens on that port here is somebody else.
int port_of(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || !is_here(address)) return 0;
  return std::atoi(address.c_str() + colon + 1);
}

std::string host_part(const std::string& url) {
  const std::size_t scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find_first_of("/,"));
}

/// What the load says of itself. What it spends on watching the clock no request waits for.
void add_own(const std::string& page, CostSample& sample) {
  CostSample own;
  add_metrics(page, "generator", own);
  for (auto& [key, times] : own.calls) sample.calls[key] = std::move(times);
  sample.cpu_s[watching] = own.cpu_s[watching];
  sample.cpu_s["generator"] -= own.cpu_s[watching];
}

}  // namespace

void add_metrics(const std::string& page, const std::string& process, CostSample& sample) {
  const std::string role = live::group_of(process);
  const auto read = live::read_metrics(page);
  if (!read) return;
  for (const live::MetricSample& one : *read) {
    if (one.name == "process_cpu_seconds_total") {
      sample.cpu_s[role] += one.value;
    } else if (one.name == "wavetank_watched_seconds_total") {
      sample.cpu_s[watching] += one.value;
    } else if (one.name == "wavetank_requests_total") {
      sample.requests[std::string(one.label("route"))] += one.value;
    } else if (one.name.starts_with("wavetank_call_seconds_")) {
      CallTimes& times = sample.calls[{role, std::string(one.label("op"))}];
      if (one.name.ends_with("_sum")) times.sum_s += one.value;
      if (one.name.ends_with("_count")) times.count += one.value;
      if (!one.name.ends_with("_bucket")) continue;
      if (const auto bound = one.bound()) times.below[*bound] += one.value;
    }
  }
}

CostSampler::~CostSampler() {
  over_.store(true);
  if (thread_.joinable()) thread_.join();
}

/// Who serves what the target names, on this machine; behind Toxiproxy, and it as well.
void CostSampler::find_services(const live::Target& target) {
  std::map<std::string, std::vector<int>> ports;
  ports["queue"].push_back(port_of(host_part(target.kafka.brokers)));
  const auto here = [](const auto& service) {
    return is_here(service.host) ? static_cast<int>(service.port) : 0;
  };
  ports["database"].push_back(here(target.database));
  ports["cache"].push_back(here(target.cache));
  if (target.objects.kind == "s3") {
    ports["objects"].push_back(port_of(host_part(target.objects.endpoint)));
  }
  if (!target.toxiproxy.empty()) {
    ports["toxiproxy"].push_back(port_of(host_part(target.toxiproxy)));
    const live::WebAnswer answer = live::ask_web({.url = target.toxiproxy + "/proxies"});
    const json proxies = json::parse(answer.body, nullptr, false);
    for (const live::LinkTarget& link : target.links) {
      if (!proxies.is_object() || !proxies.contains(link.proxy)) continue;
      ports[link.service] = {port_of(proxies[link.proxy].value("upstream", ""))};
    }
  }
  for (const auto& [service, all] : ports) {
    for (const int port : all) {
      const pid_t pid = port == 0 ? 0 : live::listener_of(port);
      if (pid != 0) services_[service].push_back(pid);
    }
    if (services_[service].empty()) missing_.push_back(service);
  }
}

/// A moment at which one of them does not answer is left out: what is missing would count as spent
/// after it.
void CostSampler::take() {
  CostSample sample;
  sample.at_s = now_s();
  for (const auto& [service, pids] : services_) {
    for (const pid_t pid : pids) sample.cpu_s[service] += live::cpu_seconds_of(pid);
  }
  for (const auto& [name, address] : processes_) {
    const live::WebAnswer page =
        live::ask_web({.url = "http://" + address + "/metrics", .most = mib(4)});
    if (!page.ok()) return;
    add_metrics(page.body, name, sample);
  }
  sample.cpu_s["generator"] = live::own_cpu_seconds();
  if (!ask_generator(sample)) return;
  sample.late_s.swap(late_s_);
  samples_.push_back(std::move(sample));
}

void CostSampler::begins(const live::Target& target) {
  find_services(target);
  for (const live::ProcessTarget& one : target.processes) processes_[one.name] = one.control;
  thread_ = std::thread([this] { work(); });
}

void CostSampler::loads(live::LiveWorld& world) {
  generator_ = std::make_unique<live::MetricsPage>(world.core().env);
  generator_->counter("wavetank_watched_seconds", "Watching the clock before deadlines.",
                      [&world] { return seconds(world.core().driver.watched()); });
  load_.store(&world.core().env.inbox);
}

/// The load's own calls are counted on its own thread, which is asked for them while it runs.
bool CostSampler::ask_generator(CostSample& sample) {
  if (ended_) {
    add_own(generator_->text(), sample);
    return true;
  }
  live::Inbox* load = load_.load();
  if (load == nullptr) return true;
  const auto answer = std::make_shared<std::promise<std::string>>();
  std::future<std::string> page = answer->get_future();
  load->post([this, answer] { answer->set_value(generator_->text()); });
  if (page.wait_for(std::chrono::seconds(1)) != std::future_status::ready) return false;
  add_own(page.get(), sample);
  return true;
}

void CostSampler::work() {
  auto next = Clock::now();
  while (!over_.load()) {
    take();
    next += std::chrono::nanoseconds(every_.ns);
    while (!over_.load() && Clock::now() < next) late_s_.push_back(seconds(oversleep()));
  }
}

void CostSampler::ends() {
  over_.store(true);
  thread_.join();
  ended_ = true;
  take();
}

}  // namespace wavetank::app
