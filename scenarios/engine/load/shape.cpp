#include "scenarios/engine/load/shape.h"

namespace wavetank::engine {

#define SHAPE(name, help) std::unique_ptr<Shape> make_##name##_shape();
#include "scenarios/engine/load/shapes.def"
#undef SHAPE

namespace {

constexpr ShapeType types[] = {
#define SHAPE(name, help) {#name, help, make_##name##_shape},
#include "scenarios/engine/load/shapes.def"
#undef SHAPE
};

constexpr const char* names[] = {
#define SHAPE(name, help) #name,
#include "scenarios/engine/load/shapes.def"
#undef SHAPE
};

}  // namespace

std::span<const ShapeType> shape_types() {
  return types;
}
std::span<const char* const> shape_names() {
  return names;
}

std::unique_ptr<Shape> make_shape(std::string_view name) {
  for (const ShapeType& type : types) {
    if (name != type.name) continue;
    std::unique_ptr<Shape> shape = type.make();
    shape->name_ = type.name;
    return shape;
  }
  return nullptr;
}

}  // namespace wavetank::engine
