#include "system/ports/gate.h"

#include <algorithm>

#include "system/ports/port.h"

namespace wavetank {

// The world's hold on a call while the gate delays it.
class Gate::Held {
 public:
  explicit Held(Call& call) : call_(&call) {}
  Held(Held&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
  Held& operator=(Held&&) = delete;
  ~Held() {
    if (call_ != nullptr) call_->release_world();
  }
  Call& release() { return *std::exchange(call_, nullptr); }

 private:
  Call* call_;
};

void Gate::arm(Rule& rule, OpMask ops, int order) {
  rules_.push_back({&rule, ops, order});
  std::stable_sort(rules_.begin(), rules_.end(),
                   [](const Armed& a, const Armed& b) { return a.order < b.order; });
  armed_ |= ops;
}

void Gate::disarm(Rule& rule) {
  std::erase_if(rules_, [&rule](const Armed& armed) { return armed.rule == &rule; });
  armed_ = 0;
  for (const Armed& armed : rules_) armed_ |= armed.ops;
}

Verdict Gate::ask(const Call& call, Moment moment, Duration& delay) {
  Verdict first;
  Rule* winner = nullptr;
  const OpMask op = mask_of(call.op);
  // The applied() of a delay may not change the rules; those of the winner come last.
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if ((rules_[i].ops & op) == 0) continue;
    Rule& rule = *rules_[i].rule;
    Verdict verdict = rule.ask(call, moment);
    if (decisions_ != nullptr) verdict = decisions_->decided(rules_[i].order, verdict);
    if (verdict.kind == Verdict::Kind::pass) continue;
    if (verdict.kind == Verdict::Kind::delay) {
      delay += verdict.by;
      rule.applied(call, verdict);
    } else if (winner == nullptr) {
      first = verdict;
      winner = &rule;
    }
  }
  if (winner != nullptr) winner->applied(call, first);
  return first;
}

void Gate::request(Port& port, Call& call) {
  Duration delay{};
  const Verdict verdict = ask(call, Moment::before_request, delay);
  switch (verdict.kind) {
    case Verdict::Kind::lose_request:
      port.drop(call);
      return;
    case Verdict::Kind::refuse:
      call.fail(Failure::refused);
      port.deliver(call);
      return;
    case Verdict::Kind::repeat: {
      Call* copy = call.repeat();
      copy->in_world_ = true;
      later_.spawn(request_later(port, Held(*copy), delay + verdict.by));
      break;
    }
    default:
      break;
  }
  if (delay > Duration{}) {
    later_.spawn(request_later(port, Held(call), delay));
  } else {
    port.submit(call);
  }
}

void Gate::reply(Port& port, Call& call) {
  Duration delay{};
  const Verdict verdict = ask(call, Moment::before_reply, delay);
  if (verdict.kind == Verdict::Kind::lose_reply) {
    port.drop(call);
  } else if (delay > Duration{}) {
    later_.spawn(reply_later(port, Held(call), delay));
  } else {
    port.deliver(call);
  }
}

Task<void> Gate::request_later(Port& port, Held call, Duration by) {
  co_await sleep(loop_, by);
  port.submit(call.release());
}

Task<void> Gate::reply_later(Port& port, Held call, Duration by) {
  co_await sleep(loop_, by);
  port.deliver(call.release());
}

}  // namespace wavetank
