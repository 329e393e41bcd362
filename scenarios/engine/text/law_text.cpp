#include "scenarios/engine/text/law_text.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"

namespace wavetank::engine {
namespace {

/// What a parameter is: in the law's own unit, a plain number, a whole number or a percentage.
enum class Parameter : char { value = 'v', number = 'n', whole = 'w', share = 's' };

struct Shape {
  const char* name;
  Law::Kind kind;
  std::string_view parameters;  ///< a letter each; empty where any number of values may stand
};

constexpr Shape shapes[] = {
    {"uniform", Law::Kind::uniform, "vv"},
    {"exponential", Law::Kind::exponential, "v"},
    {"erlang", Law::Kind::erlang, "vw"},
    {"hyperexponential", Law::Kind::hyperexponential, "svv"},
    {"lognormal", Law::Kind::lognormal, "vn"},
    {"pareto", Law::Kind::pareto, "vn"},
    {"weibull", Law::Kind::weibull, "vn"},
    {"empirical", Law::Kind::empirical, ""},
};

/// How a law's own values are written: durations or sizes.
struct Values {
  Parsed<double> (*parse)(std::string_view);
  std::string (*text)(double);
  const char* examples[3];
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> arguments_of(std::string_view list) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t comma = list.find(',');
    out.push_back(trimmed(list.substr(0, comma)));
    if (comma == std::string_view::npos) return out;
    list.remove_prefix(comma + 1);
  }
}

Parsed<double> parse_parameter(std::string_view text, Parameter parameter, const Values& values) {
  Parsed<double> out;
  if (parameter == Parameter::value) {
    out = values.parse(text);
  } else if (parameter == Parameter::share) {
    const Parsed<Ratio> ratio = parse_ratio(text);
    if (!ratio.value) return {std::nullopt, ratio.what, ratio.hint};
    out.value = ratio.value->value;
  } else if (parameter == Parameter::whole) {
    const Parsed<std::int64_t> count = parse_count(text);
    if (!count.value) return {std::nullopt, count.what, count.hint};
    out.value = static_cast<double>(*count.value);
  } else {
    out = parse_number(text);
  }
  if (out.value && *out.value < 0) {
    return {std::nullopt, printable(text) + " is negative", "A law takes no negative values."};
  }
  return out;
}

std::string text_of_parameter(double value, Parameter parameter, const Values& values) {
  if (parameter == Parameter::value) return values.text(value);
  if (parameter == Parameter::share) return text_of(Ratio{value});
  return text_of(value);
}

/// What does not hold between the parameters; empty if all is well.
std::string complaint(const Law& law) {
  constexpr double phases_max = 1000;
  switch (law.kind) {
    case Law::Kind::uniform: return law.a > law.b ? "the low end is above the high end" : "";
    case Law::Kind::erlang:
      return law.b < 1 || law.b > phases_max ? "the number of phases is not from 1 to 1000" : "";
    case Law::Kind::hyperexponential: return law.a > 1 ? "the share is above 100%" : "";
    case Law::Kind::pareto:
      if (law.a <= 0) return "the smallest value is not above zero";
      return law.b <= 0 ? "alpha is not above zero" : "";
    case Law::Kind::weibull: return law.b <= 0 ? "the shape is not above zero" : "";
    default: return "";
  }
}

const Shape* find_shape(std::string_view name) {
  for (const Shape& shape : shapes) {
    if (name == shape.name) return &shape;
  }
  return nullptr;
}

std::string example_hint(const Shape& shape, const Values& values) {
  std::string out = std::string("Write it like \"") + shape.name + '(';
  const std::string_view letters = shape.parameters.empty() ? "vvv" : shape.parameters;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i > 0) out += ", ";
    switch (Parameter{letters[i]}) {
      case Parameter::value: out += values.examples[i]; break;
      case Parameter::share: out += "90%"; break;
      case Parameter::whole: out += '4'; break;
      case Parameter::number: out += "1.5"; break;
    }
  }
  return out + ")\".";
}

Parsed<Law> parse_call(std::string_view text, std::size_t open, const Values& values) {
  const std::string_view name = trimmed(text.substr(0, open));
  const Shape* shape = find_shape(name);
  if (shape == nullptr) {
    std::vector<std::string> names;
    for (const Shape& known : shapes) names.emplace_back(known.name);
    return {std::nullopt, "no law is called " + in_quotes(name), nearest_hint(name, names, "laws")};
  }
  const std::string hint = example_hint(*shape, values);
  if (text.back() != ')') return {std::nullopt, in_quotes(text) + " has no closing bracket", hint};
  const auto arguments = arguments_of(text.substr(open + 1, text.size() - open - 2));
  const bool any_number = shape->parameters.empty();
  if (!any_number && arguments.size() != shape->parameters.size()) {
    const std::string counts = std::to_string(arguments.size()) + " arguments, not " +
                               std::to_string(shape->parameters.size());
    return {std::nullopt, in_quotes(text) + " has " + counts, hint};
  }
  Law law{.kind = shape->kind, .values = {}};
  double* const places[] = {&law.a, &law.b, &law.c};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Parameter parameter = any_number ? Parameter::value : Parameter{shape->parameters[i]};
    Parsed<double> parsed = parse_parameter(arguments[i], parameter, values);
    if (!parsed.value) {
      return {std::nullopt, "in " + in_quotes(text) + ", " + parsed.what, parsed.hint};
    }
    if (any_number) {
      law.values.push_back(*parsed.value);
    } else {
      *places[i] = *parsed.value;
    }
  }
  const std::string wrong = complaint(law);
  if (!wrong.empty()) return {std::nullopt, "in " + in_quotes(text) + ", " + wrong, hint};
  return {std::move(law), "", ""};
}

Parsed<Law> parse_law(std::string_view raw, const Values& values) {
  const std::string_view text = trimmed(raw);
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) return parse_call(text, open, values);
  if (const Shape* shape = find_shape(text)) {
    return {std::nullopt, in_quotes(text) + " has no arguments", example_hint(*shape, values)};
  }
  Parsed<double> constant = values.parse(text);
  if (!constant.value) return {std::nullopt, constant.what, constant.hint};
  return {Law{.kind = Law::Kind::constant, .a = *constant.value, .values = {}}, "", ""};
}

std::string text_of_law(const Law& law, const Values& values) {
  for (const Shape& shape : shapes) {
    if (shape.kind != law.kind) continue;
    std::string out = std::string(shape.name) + '(';
    const double places[] = {law.a, law.b, law.c};
    for (std::size_t i = 0; i < shape.parameters.size(); ++i) {
      const Parameter parameter{shape.parameters[i]};
      out += (i > 0 ? ", " : "") + text_of_parameter(places[i], parameter, values);
    }
    for (std::size_t i = 0; i < law.values.size(); ++i) {
      out += (i > 0 ? ", " : "") + values.text(law.values[i]);
    }
    return out + ')';
  }
  return values.text(law.a);
}

constexpr Values durations = {parse_seconds, text_of_seconds, {"1ms", "5ms", "9ms"}};
constexpr Values sizes = {parse_byte_count, text_of_byte_count, {"1KiB", "4KiB", "1MiB"}};

}  // namespace

Parsed<DurationLaw> parse_duration_law(std::string_view text) {
  Parsed<Law> law = parse_law(text, durations);
  if (!law.value) return {std::nullopt, law.what, law.hint};
  return {DurationLaw{std::move(*law.value)}, "", ""};
}

Parsed<SizeLaw> parse_size_law(std::string_view text) {
  Parsed<Law> law = parse_law(text, sizes);
  if (!law.value) return {std::nullopt, law.what, law.hint};
  return {SizeLaw{std::move(*law.value)}, "", ""};
}

std::string text_of(const DurationLaw& value) { return text_of_law(value.law, durations); }
std::string text_of(const SizeLaw& value) { return text_of_law(value.law, sizes); }

}  // namespace wavetank::engine
