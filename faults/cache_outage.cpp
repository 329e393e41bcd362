// The cache fails: it refuses (down), answers late (slow), loses everything once (flush), or keeps
// what it holds whatever is written (stale). Touched are the calls refused or delayed, the lookups
// that miss after a flush, and the lookups that a stale cache answers.

#include "faults/call_fault.h"
#include "system/ports/world.h"

namespace wavetank::faults {
namespace {

enum class Mode : std::uint8_t { down, slow, flush, stale };
constexpr const char* modes[] = {"down", "slow", "flush", "stale"};

class CacheOutage final : public CallFault {
 public:
  CacheOutage() : CallFault("cache") {}
  std::unique_ptr<Fault> clone() const override { return std::make_unique<CacheOutage>(*this); }
  const char* snippet() const override {
    return R"({"fault": "cache_outage", "at": "2m", "for": "1m", "mode": "down"})";
  }

  void describe(Fields& f) override {
    CallFault::describe(f);
    f.field("mode", mode_, modes, {.help = "What is wrong with the cache."});
    f.field("by", by_, {.help = "slow: how much later a request arrives."});
    f.require(!whole() || spec_.ratio.value >= 1, "ratio",
              "flush and stale strike the whole cache: ratio must be 100%");
    f.require(!whole() || spec_.through == Through::gate, "through",
              "flush and stale are done to the cache, not to its link: it must be gate");
  }

  std::vector<Power> needs() const override {
    return whole() ? std::vector{Power::cache_state} : std::vector<Power>();
  }
  bool clashes(const Fault& other) const override {
    const auto* cache = dynamic_cast<const CacheOutage*>(&other);
    return mode_ == Mode::stale && cache != nullptr && cache->mode_ == Mode::stale;
  }

  void begin(World& world) override {
    if (mode_ == Mode::flush) world.controls().flush_cache();
    if (mode_ == Mode::stale) world.controls().stale_cache(true);
    if (whole()) ++tally_.fired;
  }
  void end(World& world) override {
    if (mode_ == Mode::stale) world.controls().stale_cache(false);
  }

 private:
  bool on_links() const override { return true; }
  bool whole() const { return mode_ == Mode::flush || mode_ == Mode::stale; }
  OpMask verbs() const override { return ops_named("cache"); }

  Verdict answer(const Call& call, Moment moment) override {
    if (moment == Moment::before_reply) {
      if (whole()) count(call);
      return Verdict::pass();
    }
    if (mode_ == Mode::down) return Verdict::refuse();
    return mode_ == Mode::slow ? Verdict::delay(by_) : Verdict::pass();
  }

  void count(const Call& call) {
    if ((call.op != Op::cache_get && call.op != Op::cache_lookup) || call.failed()) return;
    const bool hit = call.op == Op::cache_get
                         ? static_cast<const CallOf<verb::CacheGet>&>(call).reply->hit
                         : static_cast<const CallOf<verb::Visit>&>(call).reply->hit;
    if (hit == (mode_ == Mode::stale)) ++tally_.touched;
  }

  Mode mode_ = Mode::down;
  Duration by_ = milliseconds(500);
};

}  // namespace

std::unique_ptr<Fault> make_cache_outage() { return std::make_unique<CacheOutage>(); }

}  // namespace wavetank::faults
