// One station: M/M/1, M/M/c, M/G/1, processor sharing, priorities, a bounded queue.

#include <cmath>

#include "tests/theory/suite.h"

namespace wavetank::theory {
namespace {

constexpr double service_s = 0.01;  // the mean, S: figures are in multiples of it
constexpr double service_ns = service_s * 1e9;

std::string load_of(double rate, const std::string& client = "users") {
  return R"({"name": ")" + client + R"(", "client": ")" + client +
         R"(", "shape": "poisson", "for": "%FOR%", "rate": ")" + std::to_string(rate) + "/s\"}";
}

Network one_station(const std::string& law, double rho, double servers = 1,
                    const std::string& more = "") {
  Network network;
  network.stations = R"({"name": "s", "service": ")" + law + R"(", "servers": )" +
                     std::to_string(static_cast<int>(servers)) + more + "}";
  network.clients = R"({"name": "users", "route": "s"})";
  network.rate = rho * servers / service_s;
  network.load = load_of(network.rate);
  return network;
}

Figure times_s(const std::string& name, double expected, double tolerance = 0.02) {
  return {name, expected, tolerance, "S"};
}

/// T ~ Exp with mean W = S / (1 - rho), so p_q = -ln(1 - q) W.
Case mm1(int number, double rho, bool part) {
  Case out;
  out.number = number;
  out.name = "M/M/1, rho " + std::to_string(rho).substr(0, 4);
  out.part = part;
  constexpr double eps = 0.015;  // p99 takes three times as many as a mean
  out.customers = std::max(3 * customers_for(rho, eps), customers_for(rho, 0.01));
  out.deleted = deleted_for(rho);
  const double w = 1 / (1 - rho);
  out.figures = {times_s("W", w), times_s("p95", -std::log(0.05) * w, 0.03),
                 times_s("p99", -std::log(0.01) * w, 0.03)};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [rho, deleted](std::uint64_t seed, std::uint64_t customers) {
    const Network network = one_station("exponential(10ms)", rho);
    Observed seen = run(network, seed, customers, deleted, {});
    return std::vector<double>{mean(seen.latency) / service_ns,
                               quantile(seen.latency, 0.95) / service_ns,
                               quantile(seen.latency, 0.99) / service_ns};
  };
  return out;
}

/// B(k) = a B / (k + a B) from B(0) = 1; C = B / (1 - rho (1 - B)).
double erlang_c(int servers, double a) {
  double b = 1;
  for (int k = 1; k <= servers; ++k) b = a * b / (k + a * b);
  const double rho = a / servers;
  return b / (1 - rho * (1 - b));
}

Case mmc(int number) {
  constexpr int servers = 10;
  constexpr double a = 9;
  Case out;
  out.number = number;
  out.name = "M/M/c, (c, a) = (10, 9)";
  out.part = false;
  constexpr double rho = a / servers;
  out.customers = customers_for(rho, 0.01);
  out.deleted = deleted_for(rho, servers);
  const double c = erlang_c(servers, a);
  out.figures = {{"Erlang C", c, 0.02, ""}, times_s("Wq", c / (servers - a))};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [deleted](std::uint64_t seed, std::uint64_t customers) {
    Wanted wanted;
    wanted.latency = false;
    wanted.wait = true;
    const Network network = one_station("exponential(10ms)", rho, servers);
    const Observed seen = run(network, seed, customers, deleted, wanted);
    std::uint64_t waited = 0;
    for (const std::int64_t wait : seen.wait) waited += wait > 0 ? 1 : 0;
    return std::vector<double>{static_cast<double>(waited) / static_cast<double>(seen.wait.size()),
                               mean(seen.wait) / service_ns};
  };
  return out;
}

/// Pollaczek-Khinchine: Wq = rho / (1 - rho) (1 + cs2) / 2 S.
Case mg1(int number, const std::string& name, const std::string& law, double rho, double cs2) {
  Case out;
  out.number = number;
  out.name = name;
  out.customers = customers_for(rho, 0.01, cs2);
  out.deleted = deleted_for(rho);
  out.figures = {times_s("Wq", rho / (1 - rho) * (1 + cs2) / 2)};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [law, rho, deleted](std::uint64_t seed, std::uint64_t customers) {
    Wanted wanted;
    wanted.latency = false;
    wanted.wait = true;
    const Observed seen = run(one_station(law, rho), seed, customers, deleted, wanted);
    return std::vector<double>{mean(seen.wait) / service_ns};
  };
  return out;
}

/// E[T] = S / (1 - rho), whatever the service law.
Case ps(int number, const std::string& name, const std::string& law, double rho, double cs2) {
  Case out;
  out.number = number;
  out.name = name;
  out.customers = customers_for(rho, 0.01, cs2);
  out.deleted = deleted_for(rho);
  out.figures = {times_s("W", 1 / (1 - rho))};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [law, rho, deleted](std::uint64_t seed, std::uint64_t customers) {
    const Network network = one_station(law, rho, 1, R"(, "discipline": "ps")");
    return std::vector<double>{mean(run(network, seed, customers, deleted, {}).latency) /
                               service_ns};
  };
  return out;
}

/// M/M/1/K, one in service and K - 1 waiting: P_K = (1 - rho) rho^K / (1 - rho^(K + 1)).
Case bounded(int number) {
  constexpr double rho = 0.8;
  constexpr int room = 5;
  Case out;
  out.number = number;
  out.name = "M/M/1/5, rho 0.8";
  out.customers = 2'000'000;
  out.deleted = deleted_for(rho);
  const double blocked = (1 - rho) * std::pow(rho, room) / (1 - std::pow(rho, room + 1));
  out.figures = {{"turned away", blocked, 0.02, ""}};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [deleted](std::uint64_t seed, std::uint64_t customers) {
    const Network network = one_station("exponential(10ms)", rho, 1, R"(, "queue_limit": 4)");
    const Observed seen = run(network, seed, customers, deleted, {});
    return std::vector<double>{static_cast<double>(seen.failed) /
                               static_cast<double>(seen.requests)};
  };
  return out;
}

/// Non-preemptive priorities (Cobham 1954), two classes of half the load each, exponential service:
/// Wq1 = rho S / (1 - rho/2), Wq2 = rho S / ((1 - rho/2) (1 - rho)).
Case priorities(int number) {
  constexpr double rho = 0.8;
  Case out;
  out.number = number;
  out.name = "M/M/1, two priorities, rho 0.8";
  out.customers = 2 * customers_for(rho, 0.01);
  out.deleted = deleted_for(rho);
  out.figures = {times_s("Wq urgent", rho / (1 - rho / 2)),
                 times_s("Wq other", rho / (1 - rho / 2) / (1 - rho))};
  const std::uint64_t deleted = out.deleted;
  out.replicate = [deleted](std::uint64_t seed, std::uint64_t customers) {
    Network network = one_station("exponential(10ms)", rho, 1, R"(, "discipline": "priority")");
    network.clients = R"({"name": "urgent", "route": "s", "priority": "P0"},
                         {"name": "other", "route": "s", "priority": "P2"})";
    network.load = load_of(network.rate / 2, "urgent") + ", " + load_of(network.rate / 2, "other");
    Wanted wanted;
    wanted.latency = false;
    wanted.by_client = true;
    const Observed seen = run(network, seed, customers, deleted / 2, wanted);
    return std::vector<double>{mean(seen.by_client[0]) / service_ns - 1,
                               mean(seen.by_client[1]) / service_ns - 1};
  };
  return out;
}

}  // namespace

void add_queues(std::vector<Case>& cases) {
  cases.push_back(mm1(1, 0.5, true));
  cases.push_back(mm1(2, 0.8, true));
  cases.push_back(mm1(3, 0.9, false));
  cases.push_back(mm1(4, 0.95, false));
  cases.push_back(mmc(5));
  cases.push_back(mg1(6, "M/D/1, rho 0.8", "10ms", 0.8, 0));
  // A hyperexponential with balanced means and cs2 = 4: p = (1 + sqrt(3/5)) / 2.
  const std::string wild = "hyperexponential(88.729833462%, 5.635083269ms, 44.364916731ms)";
  cases.push_back(mg1(7, "M/G/1, hyperexponential, cs2 4, rho 0.5", wild, 0.5, 4));
  cases.push_back(mg1(8, "M/G/1, Erlang-4, rho 0.8", "erlang(10ms, 4)", 0.8, 0.25));
  cases.push_back(ps(9, "M/D/1, processor sharing, rho 0.5", "10ms", 0.5, 1));
  cases.push_back(ps(10, "M/G/1, processor sharing, cs2 4, rho 0.5", wild, 0.5, 4));
  cases.push_back(bounded(11));
  cases.push_back(priorities(12));
}

}  // namespace wavetank::theory
