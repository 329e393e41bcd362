// More requests arrive than the load says. Touched are the requests sent meanwhile, retries left
// out: each of them shares the platform with the crowd.

#include "faults/fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

class LoadSpike final : public Fault {
 public:
  std::unique_ptr<Fault> clone() const override { return std::make_unique<LoadSpike>(*this); }
  const char* snippet() const override {
    return R"({"fault": "load_spike", "at": "2m", "for": "2m", "factor": 3})";
  }
  const char* touched_what() const override { return "requests"; }

  void describe(Fields& f) override {
    Fault::describe(f);
    f.field("factor", factor_, {.help = "How many times the rate."});
    f.field("load", spec_.target, {.help = "The load entry, by name; left out, every entry."});
  }
  std::vector<Power> needs() const override { return {Power::load_rate}; }
  bool clashes(const Fault& other) const override {
    const auto* spike = dynamic_cast<const LoadSpike*>(&other);
    if (spike == nullptr) return false;
    const std::string& theirs = spike->spec_.target;
    return spec_.target.empty() || theirs.empty() || spec_.target == theirs;
  }

  std::vector<EventKind> observes() const override { return {EventKind::request_sent}; }
  void on_event(const Event& event) override {
    if (active() && event.attempt == 0) ++tally_.touched;
  }

  void begin(World& world) override {
    world.controls().load_rate(spec_.target, factor_);
    ++tally_.fired;
  }
  void end(World& world) override { world.controls().load_rate(spec_.target, 1); }

 private:
  double factor_ = 3;
};

}  // namespace

std::unique_ptr<Fault> make_load_spike() { return std::make_unique<LoadSpike>(); }

}  // namespace wavetank::faults
