#include "system/admission.h"

#include <deque>
#include <doctest/doctest.h>
#include <vector>

#include "system/base/task_group.h"

using namespace wavetank;
using namespace wavetank::service;
using Outcome = Admission::Outcome;

namespace {

struct Exchange final : HttpExchange {
  CallInfo told;
  bool left = false;
  Time deadline() const override { return told.deadline; }
  bool caller_left() const override { return left; }
  const CallInfo& info() const override { return told; }
};

/// What became of one request.
struct Handled {
  int who;
  std::int64_t at;
  Outcome outcome;
  bool operator==(const Handled&) const = default;
};

class Desk {
 public:
  explicit Desk(const AdmissionSettings& settings) : settings_(settings) {}

  /// A request that needs its thread for 100 ns.
  Exchange& request(int who, Priority priority = Priority::p1, Time deadline = time_max) {
    Exchange& exchange = exchanges_.emplace_back();
    exchange.told.priority = priority;
    exchange.told.deadline = deadline;
    group.start(handle(who, exchange));
    return exchange;
  }
  void run(Time until = time_max) { loop_.run_until(until); }

  std::vector<Handled> handled;

 private:
  Task<void> handle(int who, const Exchange& exchange) {
    auto outcome = co_await admission.enter(exchange);
    handled.push_back({who, loop_.now().ns, outcome});
    if (outcome != Outcome::admitted) co_return;
    co_await sleep(loop_, nanoseconds(100));
    admission.leave();
  }

  Run run_{1};
  Loop loop_{run_};
  AdmissionSettings settings_;
  std::deque<Exchange> exchanges_;

 public:
  Admission admission{loop_, settings_};
  TaskGroup group{loop_, loop_.root()};
};

AdmissionSettings one_thread(std::int64_t queue_limit = 2) {
  AdmissionSettings settings;
  settings.threads = 1;
  settings.queue_limit = queue_limit;
  return settings;
}

}  // namespace

TEST_CASE("admission: one a thread, the next in turn, 429 beyond the queue's limit") {
  Desk service(one_thread());
  for (const int who : {1, 2, 3, 4}) service.request(who);
  CHECK(service.admission.busy() == 1);
  CHECK(service.admission.waiting() == 2);
  CHECK(service.handled.back() == Handled{4, 0, Outcome::full});
  service.run();
  CHECK(service.handled == std::vector<Handled>{{1, 0, Outcome::admitted},
                                                {4, 0, Outcome::full},
                                                {2, 100, Outcome::admitted},
                                                {3, 200, Outcome::admitted}});
  CHECK(service.admission.busy() == 0);
}

TEST_CASE("admission: no limit is no limit") {
  Desk service(one_thread(0));
  for (int who = 0; who < 1'000; ++who) service.request(who);
  CHECK(service.admission.waiting() == 999);
  service.run();
  CHECK(service.handled.back() == Handled{999, 99'900, Outcome::admitted});
}

TEST_CASE("admission: the most urgent first, unless the discipline is another") {
  const auto order = [](Discipline discipline) {
    AdmissionSettings settings = one_thread(0);
    settings.discipline = discipline;
    Desk service(settings);
    service.request(0);
    service.request(1, Priority::p2);
    service.request(2, Priority::p0);
    service.request(3, Priority::p2);
    service.run();
    std::vector<int> who;
    for (const Handled& handled : service.handled) who.push_back(handled.who);
    return who;
  };
  CHECK(order(Discipline::priority) == std::vector{0, 2, 1, 3});
  CHECK(order(Discipline::fifo) == std::vector{0, 1, 2, 3});
  CHECK(order(Discipline::lifo) == std::vector{0, 3, 2, 1});
}

TEST_CASE("admission: in a full queue the youngest of the least urgent gives way to a P0") {
  Desk service(one_thread(3));
  service.request(0);
  service.request(1, Priority::p2);
  service.request(2, Priority::p2);
  service.request(3, Priority::p1);
  service.request(4, Priority::p0);  // 2 goes: the youngest P2
  service.request(5, Priority::p1);  // 1 goes: the last P2
  service.request(6, Priority::p1);  // nobody here is less urgent
  service.request(7, Priority::p0);  // 5 goes: the youngest P1
  service.request(8, Priority::p2);
  CHECK(service.admission.waiting() == 3);
  service.run();
  CHECK(service.handled == std::vector<Handled>{{0, 0, Outcome::admitted},
                                                {6, 0, Outcome::full},
                                                {8, 0, Outcome::full},
                                                {2, 0, Outcome::full},
                                                {1, 0, Outcome::full},
                                                {5, 0, Outcome::full},
                                                {4, 100, Outcome::admitted},
                                                {7, 200, Outcome::admitted},
                                                {3, 300, Outcome::admitted}});
}

TEST_CASE("admission: who came first keeps his place under fifo and lifo, whoever arrives") {
  for (const Discipline discipline : {Discipline::fifo, Discipline::lifo}) {
    AdmissionSettings settings = one_thread(1);
    settings.discipline = discipline;
    Desk service(settings);
    service.request(0);
    service.request(1, Priority::p2);
    service.request(2, Priority::p0);
    service.run();
    CHECK(service.handled.back() == Handled{1, 100, Outcome::admitted});
  }
}

TEST_CASE("admission: what nobody waits for any more is dropped, or not, as it is set") {
  for (const bool drops : {true, false}) {
    CAPTURE(drops);
    AdmissionSettings settings = one_thread();
    settings.drop_expired = drops;
    settings.cancel_on_timeout = drops;
    Desk service(settings);
    service.request(1);
    service.request(2, Priority::p1, Time{50});
    service.request(3).left = true;
    service.run(Time{99});
    // Its place is free again, though nobody has looked at it yet.
    service.request(4);
    service.run();
    const Outcome two = drops ? Outcome::expired : Outcome::admitted;
    const Outcome three = drops ? Outcome::caller_left : Outcome::admitted;
    std::vector<Handled> expected{{1, 0, Outcome::admitted}};
    if (drops) {
      expected.insert(expected.end(), {{2, 99, two}, {3, 100, three}, {4, 100, Outcome::admitted}});
    } else {
      expected.insert(expected.end(), {{4, 99, Outcome::full}, {2, 100, two}, {3, 200, three}});
    }
    CHECK(service.handled == expected);
  }
}

TEST_CASE("admission: who dies in the queue leaves it") {
  Desk service(one_thread());
  service.request(1);
  service.request(2);
  service.request(3);
  service.group.cancel();
  CHECK(service.admission.waiting() == 0);
  service.request(4);
  CHECK(service.admission.waiting() == 1);
}
