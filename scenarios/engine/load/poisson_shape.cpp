#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Poisson final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Poisson>(*this); }
  void describe(Fields& f) override {
    f.field("rate", rate_,
            {.help = "Requests on average; gaps are exponential.", .required = true});
    f.field("for", lasts_, {.help = "How long.", .min = 1e-9, .required = true});
  }
  std::vector<Leg> legs() const override { return {{{}, lasts_, rate_.per_s, rate_.per_s}}; }
  bool random() const override { return true; }

 private:
  Rate rate_{10};
  Duration lasts_{};
};

}  // namespace

std::unique_ptr<Shape> make_poisson_shape() {
  return std::make_unique<Poisson>();
}

}  // namespace wavetank::engine
