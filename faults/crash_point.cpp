// A node dies at one durable step: right before the step takes effect, or right after, with the
// reply never heard.

#include <array>
#include <optional>

#include "faults/call_fault.h"
#include "faults/durable_step.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

constexpr std::array<const char*, 2> moments{"before", "after"};

class CrashPoint final : public CallFault {
 public:
  CrashPoint() : CallFault("launcher->database") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<CrashPoint>(*this); }
  const char* snippet() const override {
    return R"({"fault": "crash_point", "at": "2m", "target": "launcher->database.advance",)"
           R"( "moment": "after", "restart_after": "10s"})";
  }

  void describe(Fields& f) override {
    CallFault::describe(f);
    f.field("moment", moment_, moments,
            {.help = "Before the step takes effect, or after it did and before its caller heard."});
    f.field("step", step_,
            {.help = "Which steps of the verb: the state advanced to, manifest, part or "
                     "dead_letter; left out, all."});
    f.field("nth", nth_, {.help = "Which of those calls kills its caller; later ones do not.",
                          .min = 1});
    f.field("restart_after", restart_after_,
            {.help = "When the node comes back; left out, when the fault ends."});
  }

  std::vector<Power> needs() const override { return {Power::crash}; }
  void begin(World& world) override { world_ = &world; }
  void end(World&) override { heal(); }
  bool spent() const override { return struck_; }

 private:
  enum class When : std::uint8_t { before, after };

  OpMask verbs() const override { return durable_ops(); }

  Verdict answer(const Call& call, Moment moment) override {
    const bool before = moment_ == When::before;
    if (struck_ || before != (moment == Moment::before_request)) return Verdict::pass();
    if (!step_.empty() && step_of(call) != step_) return Verdict::pass();
    // What happens at the very moment it begins comes before or after by chance of order.
    if (world_->loop().now() == window().from || ++seen_ < nth_) return Verdict::pass();
    return before ? Verdict::lose_request() : Verdict::lose_reply();
  }

  void applied(const Call& call, Verdict verdict) override {
    CallFault::applied(call, verdict);
    struck_ = true;
    down_ = call.caller->id();
    world_->controls().crash(*down_, restart_after_);
    if (restart_after_ > Duration{}) spawn(restart());
  }

  Task<void> restart() {
    Loop& loop = world_->loop();
    co_await sleep(loop, restart_after_);
    heal();
  }

  void heal() {
    if (down_) world_->controls().restart(*down_);
    down_.reset();
  }

  When moment_ = When::before;
  std::string step_;
  std::int64_t nth_ = 1;
  Duration restart_after_{};
  World* world_ = nullptr;
  std::int64_t seen_ = 0;
  bool struck_ = false;
  std::optional<NodeId> down_;
};

}  // namespace

std::unique_ptr<Fault> make_crash_point() { return std::make_unique<CrashPoint>(); }

}  // namespace wavetank::faults
