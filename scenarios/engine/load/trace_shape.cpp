#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Trace final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Trace>(*this); }
  void describe(Fields& f) override { settings_.describe(f); }
  TraceSettings* trace() override { return &settings_; }

 private:
  TraceSettings settings_;
};

}  // namespace

std::unique_ptr<Shape> make_trace_shape() {
  return std::make_unique<Trace>();
}

}  // namespace wavetank::engine
