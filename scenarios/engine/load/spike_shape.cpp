#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Spike final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Spike>(*this); }
  void describe(Fields& f) override {
    f.field("rate", rate_,
            {.help = "Requests outside of the spike; even gaps in each part.", .required = true});
    f.field("for", lasts_, {.help = "How long in all.", .min = 1e-9, .required = true});
    f.group("spike", {.help = "When the rate is higher, and by how much.", .required = true},
            [this](Fields& inner) {
              inner.field("factor", factor_, {.help = "How many times the rate."});
              inner.field("at", at_, {.help = "When, from the start of the load.",
                                      .required = true});
              inner.field("for", spike_lasts_, {.help = "How long.", .required = true});
            });
    f.require(at_ + spike_lasts_ <= lasts_, "spike", "the spike must end within `for`");
  }
  std::vector<Leg> legs() const override {
    const double high = rate_.per_s * factor_;
    const Duration end = at_ + spike_lasts_;
    return {{{}, at_, rate_.per_s, rate_.per_s},
            {at_, end, high, high},
            {end, lasts_, rate_.per_s, rate_.per_s}};
  }

 private:
  Rate rate_{10};
  Duration lasts_{};
  double factor_ = 5;
  Duration at_{};
  Duration spike_lasts_{};
};

}  // namespace

std::unique_ptr<Shape> make_spike_shape() {
  return std::make_unique<Spike>();
}

}  // namespace wavetank::engine
