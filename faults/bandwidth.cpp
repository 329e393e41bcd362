// The link to a service carries so many bytes a second and no more: a connection's, each way. The
// calls themselves are left alone; whoever moves much waits. Touched are the calls that used it.

#include "faults/fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

/// The verbs that take the link to a service: of workers those that read and write objects, too.
OpMask ops_of_link(const std::string& service) {
  if (service == "objects") {
    return ops_named("objects") | mask_of(Op::dataset_scan) | mask_of(Op::dataset_work);
  }
  if (service == "api") return ops_named("http");
  const bool known = service == "database" || service == "queue" || service == "cache" ||
                     service == "callbacks";
  return known ? ops_named(service) : 0;
}

class BandwidthLimit final : public Fault {
 public:
  BandwidthLimit() { spec_.target = "objects"; }
  std::unique_ptr<Fault> clone() const override { return std::make_unique<BandwidthLimit>(*this); }
  const char* snippet() const override {
    return R"({"fault": "bandwidth", "at": "2m", "for": "4m", "target": "objects",)"
           R"( "most": "1MB/s"})";
  }
  const char* touched_what() const override { return "calls"; }

  void describe(Fields& f) override {
    Fault::describe(f);
    f.field("target", spec_.target,
            {.help = "The service at the link's end: database, queue, cache, objects, api or "
                     "callbacks."});
    f.field("most", most_, {.help = "What a connection carries, each way.", .min = 1'000});
  }
  std::vector<Power> needs() const override { return {Power::bandwidth}; }
  bool clashes(const Fault& other) const override {
    const auto* limit = dynamic_cast<const BandwidthLimit*>(&other);
    return limit != nullptr && (ops_of_link(limit->spec_.target) & ops_of_link(spec_.target)) != 0;
  }

  std::vector<Obstacle> aim(const World&) override {
    ops_ = ops_of_link(spec_.target);
    if (ops_ != 0) return {};
    return {{"no link leads to \"" + spec_.target + '"',
             "Links lead to database, queue, cache, objects, api and callbacks."}};
  }
  OpMask ops() const override { return ops_; }

  void begin(World& world) override {
    world.controls().bandwidth(ops_, most_);
    ++tally_.fired;
  }
  void end(World& world) override { world.controls().bandwidth(ops_, {}); }

  Verdict ask(const Call& call, Moment moment) override {
    if (moment == Moment::before_reply && !call.repeated) ++tally_.touched;
    return Verdict::pass();
  }

 private:
  Bandwidth most_{1'000'000};
  OpMask ops_ = 0;
};

}  // namespace

std::unique_ptr<Fault> make_bandwidth() { return std::make_unique<BandwidthLimit>(); }

}  // namespace wavetank::faults
