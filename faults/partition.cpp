// A network partition: what goes between two sides, or between one side and everybody else, is lost
// in both directions. A ratio below 100 % makes it a lossy network.

#include "faults/call_fault.h"

namespace wavetank::faults {
namespace {

class Partition final : public CallFault {
 public:
  Partition() : CallFault("api->database") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<Partition>(*this); }
  const char* snippet() const override {
    return R"({"fault": "partition", "at": "2m", "for": "30s", "target": "api->database"})";
  }

  // Calls out of the target cross it too, whatever their verb.
  OpMask ops() const override { return all_ops; }

 private:
  bool on_links() const override { return true; }
  bool reaches(const Call& call) const override { return target().crosses(call); }

  Verdict answer(const Call& call, Moment moment) override {
    if (moment == Moment::before_request) return Verdict::lose_request();
    return call.abandoned() ? Verdict::pass() : Verdict::lose_reply();
  }
};

}  // namespace

std::unique_ptr<Fault> make_partition() { return std::make_unique<Partition>(); }

}  // namespace wavetank::faults
