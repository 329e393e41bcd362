#pragma once
// A Trial is one contract body's hold on a world: it makes calls one after another or side by side,
// waits for their answers, and plants verdicts at the gate.

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tests/contract/subject.h"

namespace wavetank::contract {

/// The answer to a call under way; empty until it comes.
template <class Reply>
using Answer = std::shared_ptr<std::optional<Reply>>;

class Trial {
 public:
  /// Every call is answered within this, by whatever world.
  static constexpr Duration patience = minutes(5);

  explicit Trial(Subject& subject)
      : subject_(subject), callers_(subject.world().loop(), subject.world().client()) {}

  World& world() const { return subject_.world(); }
  /// Who calls, where it does not matter.
  Node& caller() const { return world().client(); }
  Time now() const { return world().loop().now(); }

  /// A node of the trial's own; before boot().
  Node& host(const std::string& name, Boot boot = nobody()) {
    return world().host(name, std::move(boot));
  }
  void boot() { subject_.boot(); }

  /// A new call's, with a deadline after so long.
  CallInfo info(Duration within = whole_seconds(30)) {
    CallInfo told;
    told.subject = ++calls_;
    told.deadline = now() + within;
    return told;
  }

  /// Makes the call that `make()` returns and waits for its answer.
  template <class Make>
  auto ask(Make make) {
    return finish(begin(std::move(make)));
  }
  /// Makes a call without waiting.
  template <class Make>
  auto begin(Make make) {
    using Reply = decltype(make().await_resume());
    auto answer = std::make_shared<std::optional<Reply>>();
    callers_.start(call(std::move(make), answer));
    return answer;
  }
  template <class Reply>
  Reply finish(Answer<Reply> answer) {
    const bool came = wait_for([&] { return answer->has_value(); });
    REQUIRE_MESSAGE(came, "a call is answered, or ends at its deadline");
    return **answer;
  }

  bool wait_for(const std::function<bool()>& done, Duration within = patience) {
    return subject_.run_until(done, within);
  }
  void wait(Duration time) {
    subject_.run_until([] { return false; }, time);
  }

  static Boot nobody() {
    return [](Node&, TaskGroup&) { return std::unique_ptr<Hosted>(); };
  }

 private:
  template <class Make, class Reply>
  static Task<void> call(Make make, Answer<Reply> answer) {
    auto reply = co_await make();
    answer->emplace(std::move(reply));
  }

  Subject& subject_;
  std::uint64_t calls_ = 0;
  TaskGroup callers_;
};

/// Answers calls of one verb with one verdict, so many times.
class Planted final : public Rule {
 public:
  Planted(Trial& trial, Op op, Verdict verdict, int times = 1)
      : gate_(trial.world().gate()), verdict_(verdict), times_(times) {
    gate_.arm(*this, mask_of(op), 0);
  }
  ~Planted() override { gate_.disarm(*this); }
  int fired() const { return fired_; }

  Verdict ask(const Call&, Moment moment) override {
    const bool on_reply = verdict_.kind == Verdict::Kind::lose_reply;
    const bool due = (moment == Moment::before_reply) == on_reply;
    return due && fired_ < times_ ? verdict_ : Verdict::pass();
  }
  void applied(const Call&, Verdict) override { ++fired_; }

 private:
  Gate& gate_;
  Verdict verdict_;
  int times_;
  int fired_ = 0;
};

/// Runs a body against each world under contract.
template <class Body>
void on_each_world(Body body) {
  for (const SubjectType& type : subjects()) {
    CAPTURE(std::string(type.name));
    const std::unique_ptr<Subject> subject = type.make();
    if (!subject) continue;  // it has said why
    Trial trial(*subject);
    body(trial);
  }
}

/// How a call failed; empty where it did not.
template <class Reply>
std::optional<Failure> failure_of(const Result<Reply>& result) {
  if (result.ok()) return std::nullopt;
  return result.failure();
}

}  // namespace wavetank::contract
