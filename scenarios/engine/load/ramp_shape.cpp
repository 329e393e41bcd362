#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Ramp final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Ramp>(*this); }
  void describe(Fields& f) override {
    f.group("ramp", {.help = "From which rate to which.", .required = true}, [this](Fields& inner) {
      inner.field("from", from_, {.help = "The rate at the start.", .required = true});
      inner.field("to", to_, {.help = "The rate at the end.", .required = true});
    });
    f.field("for", lasts_, {.help = "How long.", .min = 1e-9, .required = true});
  }
  std::vector<Leg> legs() const override { return {{{}, lasts_, from_.per_s, to_.per_s}}; }

 private:
  Rate from_{};
  Rate to_{10};
  Duration lasts_{};
};

}  // namespace

std::unique_ptr<Shape> make_ramp_shape() {
  return std::make_unique<Ramp>();
}

}  // namespace wavetank::engine
