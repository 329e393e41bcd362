#pragma once
// One setting's value between its type and its JSON, for every type that a Fields describes.

#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "scenarios/engine/text/node.h"
#include "scenarios/engine/text/quantity.h"
#include "system/base/fields.h"

namespace wavetank::engine {

/// The value that `node` holds; only the type of the second argument matters.
Parsed<bool> from_node(const Node& node, bool);
Parsed<std::int64_t> from_node(const Node& node, std::int64_t);
Parsed<double> from_node(const Node& node, double);
Parsed<Ratio> from_node(const Node& node, Ratio);
Parsed<Duration> from_node(const Node& node, Duration);
Parsed<Bytes> from_node(const Node& node, Bytes);
Parsed<Bandwidth> from_node(const Node& node, Bandwidth);
Parsed<Rate> from_node(const Node& node, Rate);
Parsed<DurationLaw> from_node(const Node& node, const DurationLaw&);
Parsed<SizeLaw> from_node(const Node& node, const SizeLaw&);
/// An override's number or boolean is the text that was typed.
Parsed<std::string> from_node(const Node& node, const std::string&);
Parsed<std::vector<std::string>> from_node(const Node& node, const std::vector<std::string>&);

/// "a duration belongs here, not a list".
std::string wrong_type(const char* unit, const Node& node);

Node to_node(bool value);
Node to_node(std::int64_t value);
Node to_node(double value);
Node to_node(const std::string& value);
Node to_node(const std::vector<std::string>& value);
template <class T>
Node to_node(const T& value) {
  return text_node(text_of(value));
}

/// The part of a value that FieldDoc::min and max bound, in the type's base unit. Where a law has
/// several such parts, these are its ends; where a type has none, none is out of bounds.
struct Extent {
  double low = 0;
  double high = 0;
};
Extent extent_of(std::int64_t value);
Extent extent_of(double value);
Extent extent_of(Ratio value);
Extent extent_of(Duration value);
Extent extent_of(Bytes value);
Extent extent_of(Bandwidth value);
Extent extent_of(Rate value);
Extent extent_of(const DurationLaw& value);
Extent extent_of(const SizeLaw& value);

/// Whether FieldDoc's bounds mean the value of such a field (of a list they bound its length).
template <class T>
inline constexpr bool is_bounded =
    !std::is_same_v<T, bool> && !std::is_same_v<T, std::string> &&
    !std::is_same_v<T, std::vector<std::string>>;

/// The largest legal value: a share ends at 100% unless its field says otherwise.
template <class T>
double max_of(const T&, const FieldDoc& doc) {
  const bool open = doc.max == std::numeric_limits<double>::infinity();
  return std::is_same_v<T, Ratio> && open ? 1.0 : doc.max;
}

/// A bound as the user would write it.
std::string bound_text(std::int64_t, double bound);
std::string bound_text(double, double bound);
std::string bound_text(Ratio, double bound);
std::string bound_text(Duration, double bound);
std::string bound_text(Bytes, double bound);
std::string bound_text(Bandwidth, double bound);
std::string bound_text(Rate, double bound);
std::string bound_text(const DurationLaw&, double bound);
std::string bound_text(const SizeLaw&, double bound);

/// "at least 1ms", "at most 100%", "from 1 to 10"; empty where a field is bounded only by zero.
template <class T>
std::string range_text(const T& value, const FieldDoc& doc) {
  if constexpr (is_bounded<T>) {
    const bool below = doc.min != 0;
    const bool above = doc.max != std::numeric_limits<double>::infinity();
    if (below && above) {
      return "from " + bound_text(value, doc.min) + " to " + bound_text(value, doc.max);
    }
    if (below) return "at least " + bound_text(value, doc.min);
    if (above) return "at most " + bound_text(value, doc.max);
  }
  return "";
}

}  // namespace wavetank::engine
