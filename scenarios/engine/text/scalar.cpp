#include "scenarios/engine/text/scalar.h"

#include <algorithm>
#include <utility>

#include "scenarios/engine/text/document.h"

namespace wavetank::engine {
namespace {

bool is_override(const Node& node) {
  return node.place.source && node.place.source->kind == Source::Kind::override_;
}

/// Text, or a number, which the parser refuses as bare or takes as a count.
template <class T>
Parsed<T> quantity(const Node& node, Parsed<T> (*parse)(std::string_view), const char* unit) {
  if (node.kind != Node::Kind::text && node.kind != Node::Kind::number) {
    return {std::nullopt, wrong_type(unit, node), ""};
  }
  return parse(node.text);
}

std::int64_t whole(double bound) { return static_cast<std::int64_t>(std::min(bound, 9e18)); }

Extent extent_of_law(const Law& law) {
  switch (law.kind) {
    case Law::Kind::uniform: return {law.a, law.b};
    case Law::Kind::hyperexponential: return {std::min(law.b, law.c), std::max(law.b, law.c)};
    case Law::Kind::empirical: {
      if (law.values.empty()) return {};
      const auto [low, high] = std::minmax_element(law.values.begin(), law.values.end());
      return {*low, *high};
    }
    default: return {law.a, law.a};
  }
}

}  // namespace

std::string wrong_type(const char* unit, const Node& node) {
  const char first = unit[0];
  const char* article = first == 't' && unit[1] == 'r' ? "" : first == 'o' ? "an " : "a ";
  std::string out = article + std::string(unit) + " belongs here, not ";
  out += name_of(node.kind);
  if (node.kind == Node::Kind::text) out += " (" + in_quotes(node.text) + ')';
  return out;
}

Parsed<bool> from_node(const Node& node, bool) {
  if (node.kind == Node::Kind::boolean) return {node.flag, "", ""};
  return {std::nullopt, wrong_type("true or false", node),
          node.kind == Node::Kind::text ? "Write true or false, without quotes." : ""};
}

Parsed<std::int64_t> from_node(const Node& node, std::int64_t) {
  return quantity(node, parse_count, "count");
}

Parsed<double> from_node(const Node& node, double) {
  if (node.kind == Node::Kind::number) return parse_number(node.text);
  const bool text_of_number = node.kind == Node::Kind::text && parse_number(node.text).value;
  return {std::nullopt, wrong_type("number", node),
          text_of_number ? "Write " + printable(node.text) + " without quotes." : ""};
}

Parsed<Ratio> from_node(const Node& node, Ratio) {
  return quantity(node, parse_ratio, "percentage");
}
Parsed<Duration> from_node(const Node& node, Duration) {
  return quantity(node, parse_duration, "duration");
}
Parsed<Bytes> from_node(const Node& node, Bytes) { return quantity(node, parse_bytes, "size"); }
Parsed<Bandwidth> from_node(const Node& node, Bandwidth) {
  return quantity(node, parse_bandwidth, "bandwidth");
}
Parsed<Rate> from_node(const Node& node, Rate) { return quantity(node, parse_rate, "rate"); }
Parsed<DurationLaw> from_node(const Node& node, const DurationLaw&) {
  return quantity(node, parse_duration_law, "duration or law");
}
Parsed<SizeLaw> from_node(const Node& node, const SizeLaw&) {
  return quantity(node, parse_size_law, "size or law");
}

Parsed<std::string> from_node(const Node& node, const std::string&) {
  if (node.kind == Node::Kind::text) return {node.text, "", ""};
  if (is_override(node) && node.kind == Node::Kind::number) return {node.text, "", ""};
  if (is_override(node) && node.kind == Node::Kind::boolean) {
    return {text_of(node.flag), "", ""};
  }
  const bool scalar = node.kind == Node::Kind::number;
  return {std::nullopt, wrong_type("text", node),
          scalar ? "Write " + in_quotes(node.text) + '.' : ""};
}

Parsed<std::vector<std::string>> from_node(const Node& node, const std::vector<std::string>&) {
  constexpr const char* hint = "Write a list, such as [\"a\", \"b\"].";
  if (node.kind != Node::Kind::array) {
    return {std::nullopt, wrong_type("list of texts", node), hint};
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Parsed<std::string> item = from_node(node.items[i], std::string());
    if (!item.value) {
      return {std::nullopt, "in the list, at index " + std::to_string(i) + ", " + item.what,
              item.hint};
    }
    out.push_back(std::move(*item.value));
  }
  return {std::move(out), "", ""};
}

Node to_node(bool value) { return flag_node(value); }
Node to_node(std::int64_t value) { return number_node(std::to_string(value)); }
Node to_node(double value) { return number_node(text_of(value)); }
Node to_node(const std::string& value) { return text_node(value); }
Node to_node(const std::vector<std::string>& value) {
  Node out = array_node();
  for (const std::string& item : value) out.items.push_back(text_node(item));
  return out;
}

std::string text_of(const std::vector<std::string>& value) {
  return write_json_line(to_node(value));
}

Extent extent_of(std::int64_t value) {
  const auto number = static_cast<double>(value);
  return {number, number};
}
Extent extent_of(double value) { return {value, value}; }
Extent extent_of(Ratio value) { return {value.value, value.value}; }
Extent extent_of(Duration value) { return {seconds(value), seconds(value)}; }
Extent extent_of(Bytes value) { return extent_of(value.count); }
Extent extent_of(Bandwidth value) {
  if (value.bytes_per_s != 0) return extent_of(value.bytes_per_s);
  constexpr double unlimited = std::numeric_limits<double>::infinity();
  return {unlimited, unlimited};
}
Extent extent_of(Rate value) { return {value.per_s, value.per_s}; }
Extent extent_of(const DurationLaw& value) { return extent_of_law(value.law); }
Extent extent_of(const SizeLaw& value) { return extent_of_law(value.law); }

std::string bound_text(std::int64_t, double bound) { return text_of(bound); }
std::string bound_text(double, double bound) { return text_of(bound); }
std::string bound_text(Ratio, double bound) { return text_of(Ratio{bound}); }
std::string bound_text(Duration, double bound) {
  return text_of(DurationLaw{{.a = bound, .values = {}}});
}
std::string bound_text(Bytes, double bound) { return text_of(Bytes{whole(bound)}); }
std::string bound_text(Bandwidth, double bound) { return text_of(Bytes{whole(bound)}) + "/s"; }
std::string bound_text(Rate, double bound) { return text_of(Rate{bound}); }
std::string bound_text(const DurationLaw&, double bound) {
  return text_of(DurationLaw{{.a = bound, .values = {}}});
}
std::string bound_text(const SizeLaw&, double bound) {
  return text_of(SizeLaw{{.a = bound, .values = {}}});
}

}  // namespace wavetank::engine
