// Every call to the target takes longer, by a fixed part and a part drawn for each call.

#include "faults/call_fault.h"

namespace wavetank::faults {
namespace {

class Latency final : public CallFault {
 public:
  Latency() : CallFault("database") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<Latency>(*this); }
  const char* snippet() const override {
    return R"({"fault": "latency", "at": "2m", "for": "4m", "target": "database",)"
           R"( "by": "100ms", "jitter": "50ms"})";
  }

  void describe(Fields& f) override {
    CallFault::describe(f);
    f.field("by", by_, {.help = "How much later a request arrives."});
    f.field("jitter", jitter_, {.help = "Up to so much more, drawn for each call."});
    f.require(by_ + jitter_ > Duration{}, "by", "nothing is late if by and jitter are both 0");
  }

 private:
  bool on_links() const override { return true; }
  Verdict answer(const Call& call, Moment moment) override {
    if (moment != Moment::before_request) return Verdict::pass();
    // Its own bits: those of the ratio are small for every call it strikes.
    const std::uint64_t bits = mix64(bits_of(call, moment) + 1);
    const auto extra =
        static_cast<std::int64_t>(below(bits, static_cast<std::uint64_t>(jitter_.ns) + 1));
    return Verdict::delay(by_ + nanoseconds(extra));
  }

  Duration by_ = milliseconds(100);
  Duration jitter_{};
};

}  // namespace

std::unique_ptr<Fault> make_latency() { return std::make_unique<Latency>(); }

}  // namespace wavetank::faults
