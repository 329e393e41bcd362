// A message or request arrives a second time, as after a retry whose first try was not lost at all.

#include "faults/call_fault.h"

namespace wavetank::faults {
namespace {

class DuplicateDelivery final : public CallFault {
 public:
  DuplicateDelivery() : CallFault("queue") {}
  std::unique_ptr<Fault> clone() const override {
    return std::make_unique<DuplicateDelivery>(*this);
  }
  const char* snippet() const override {
    return R"({"fault": "duplicate_delivery", "at": "2m", "for": "4m", "target": "queue",)"
           R"( "ratio": "10%", "by": "50ms"})";
  }

  void describe(Fields& f) override {
    CallFault::describe(f);
    f.field("by", by_, {.help = "How long after the first the second arrives."});
  }

 private:
  // Reading twice shows nothing, and the database's own protocol never sends a statement twice.
  OpMask verbs() const override {
    return mask_of(Op::queue_publish) | mask_of(Op::http_callback) | mask_of(Op::http_submit) |
           mask_of(Op::compute_start_job);
  }

  Verdict answer(const Call&, Moment moment) override {
    return moment == Moment::before_request ? Verdict::repeat(by_) : Verdict::pass();
  }

  Duration by_ = milliseconds(50);
};

}  // namespace

std::unique_ptr<Fault> make_duplicate_delivery() { return std::make_unique<DuplicateDelivery>(); }

}  // namespace wavetank::faults
