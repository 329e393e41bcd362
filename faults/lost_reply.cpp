// The effect happens, but its caller times out and must decide whether to send again.

#include "faults/call_fault.h"

namespace wavetank::faults {
namespace {

class LostReply final : public CallFault {
 public:
  LostReply() : CallFault("callbacks") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<LostReply>(*this); }
  const char* snippet() const override {
    return R"({"fault": "lost_reply", "at": "2m", "for": "4m", "target": "callbacks",)"
           R"( "ratio": "5%", "attempts": "first"})";
  }

 private:
  bool on_links() const override { return true; }
  Verdict answer(const Call& call, Moment moment) override {
    const bool heard = moment == Moment::before_reply && !call.abandoned();
    return heard ? Verdict::lose_reply() : Verdict::pass();
  }
};

}  // namespace

std::unique_ptr<Fault> make_lost_reply() { return std::make_unique<LostReply>(); }

}  // namespace wavetank::faults
