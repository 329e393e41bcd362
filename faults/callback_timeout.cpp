// Callbacks take longer than their sender waits, so that it sends them again: because the receiver
// is slow to answer (the first one was applied), or because a request or a reply is lost.

#include "faults/call_fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

enum class Mode : std::uint8_t { slow, lost_request, lost_reply };
constexpr const char* modes[] = {"slow", "lost_request", "lost_reply"};

class CallbackTimeout final : public CallFault {
 public:
  CallbackTimeout() : CallFault("callbacks") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<CallbackTimeout>(*this); }
  const char* snippet() const override {
    return R"({"fault": "callback_timeout", "at": "2m", "for": "4m", "target": "callbacks",)"
           R"( "ratio": "5%", "mode": "slow"})";
  }

  void describe(Fields& f) override {
    CallFault::describe(f);
    f.field("mode", mode_, modes,
            {.help = "slow: the reply comes too late; lost_request, lost_reply: never."});
    f.field("by", by_, {.help = "slow: how long after the sender's deadline the reply comes."});
  }

  void begin(World& world) override { loop_ = &world.loop(); }

 private:
  OpMask verbs() const override { return mask_of(Op::http_callback); }

  Verdict answer(const Call& call, Moment moment) override {
    if (moment == Moment::before_request) {
      return mode_ == Mode::lost_request ? Verdict::lose_request() : Verdict::pass();
    }
    if (mode_ == Mode::lost_request || call.abandoned()) return Verdict::pass();
    if (mode_ == Mode::lost_reply) return Verdict::lose_reply();
    const Time deadline = call.info.deadline == time_max ? loop_->now() : call.info.deadline;
    return Verdict::delay(deadline - loop_->now() + by_);
  }

  Mode mode_ = Mode::slow;
  Duration by_ = whole_seconds(1);
  Loop* loop_ = nullptr;
};

}  // namespace

std::unique_ptr<Fault> make_callback_timeout() { return std::make_unique<CallbackTimeout>(); }

}  // namespace wavetank::faults
