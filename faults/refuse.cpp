// Calls are refused at once, as by a port that nobody listens on.

#include "faults/call_fault.h"

namespace wavetank::faults {
namespace {

class Refuse final : public CallFault {
 public:
  Refuse() : CallFault("database") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<Refuse>(*this); }
  const char* snippet() const override {
    return R"({"fault": "refuse", "at": "2m", "for": "1m", "target": "objects.put",)"
           R"( "ratio": "20%"})";
  }

 private:
  bool on_links() const override { return true; }
  Verdict answer(const Call&, Moment moment) override {
    return moment == Moment::before_request ? Verdict::refuse() : Verdict::pass();
  }
};

}  // namespace

std::unique_ptr<Fault> make_refuse() { return std::make_unique<Refuse>(); }

}  // namespace wavetank::faults
