#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Steady final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Steady>(*this); }
  void describe(Fields& f) override {
    f.field("rate", rate_,
            {.help = "Requests; the k-th arrives k / rate after the start.", .required = true});
    f.field("for", lasts_, {.help = "How long.", .min = 1e-9, .required = true});
  }
  std::vector<Leg> legs() const override { return {{{}, lasts_, rate_.per_s, rate_.per_s}}; }

 private:
  Rate rate_{10};
  Duration lasts_{};
};

}  // namespace

std::unique_ptr<Shape> make_steady_shape() {
  return std::make_unique<Steady>();
}

}  // namespace wavetank::engine
