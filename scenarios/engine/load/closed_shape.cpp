#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {
namespace {

class Closed final : public Shape {
 public:
  std::unique_ptr<Shape> clone() const override { return std::make_unique<Closed>(*this); }
  void describe(Fields& f) override {
    f.field("users", users_.users,
            {.help = "How many ask, each one request at a time.", .min = 1, .max = 65536,
             .required = true});
    f.field("think", users_.think, {.help = "What a user waits between an answer and the next."});
    f.field("for", users_.lasts, {.help = "How long.", .min = 1e-9, .required = true});
  }
  /// Nothing arrives by itself.
  std::vector<Leg> legs() const override { return {{{}, users_.lasts, 0, 0}}; }
  const ClosedUsers* closed() const override { return &users_; }

 private:
  ClosedUsers users_;
};

}  // namespace

std::unique_ptr<Shape> make_closed_shape() {
  return std::make_unique<Closed>();
}

}  // namespace wavetank::engine
