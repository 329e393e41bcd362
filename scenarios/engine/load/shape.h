#pragma once
// Shape: when requests arrive. One shape is one file and one line in shapes.def.
//
// A shape is a rate over time, in legs within each of which it changes evenly, or a trace. Times in
// legs count from the start of the load.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "scenarios/engine/load/trace_settings.h"
#include "system/base/fields.h"

namespace wavetank::engine {

struct Leg {
  Duration from{};
  Duration to{};
  double rate_from = 0;  ///< a second
  double rate_to = 0;
};

/// Users who wait for an answer, think, and ask again.
struct ClosedUsers {
  std::int64_t users = 1;
  DurationLaw think;
  Duration lasts{};
};

class Shape {
 public:
  virtual ~Shape() = default;
  virtual std::unique_ptr<Shape> clone() const = 0;
  virtual void describe(Fields& f) = 0;

  /// In order, one after the other; none for a trace.
  virtual std::vector<Leg> legs() const { return {}; }
  /// Whether gaps are exponential instead of even.
  virtual bool random() const { return false; }
  /// What a trace replays; null for any other shape.
  virtual TraceSettings* trace() { return nullptr; }

  /// The users of a closed load, which has no rate; null for any other shape.
  virtual const ClosedUsers* closed() const { return nullptr; }

  /// The word of the scenario file.
  const char* name() const { return name_; }

 private:
  friend std::unique_ptr<Shape> make_shape(std::string_view name);
  const char* name_ = "";
};

struct ShapeType {
  const char* name;
  const char* help;
  std::unique_ptr<Shape> (*make)();
};

/// The rows of shapes.def.
std::span<const ShapeType> shape_types();
/// The words of a scenario file, in the same order.
std::span<const char* const> shape_names();
/// With its defaults; null if there is no such shape.
std::unique_ptr<Shape> make_shape(std::string_view name);

}  // namespace wavetank::engine
