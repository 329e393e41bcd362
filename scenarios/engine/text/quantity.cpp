#include "scenarios/engine/text/quantity.h"

#include <initializer_list>
#include <utility>

#include "scenarios/engine/text/decimal.h"
#include "scenarios/engine/text/law_text.h"
#include "scenarios/engine/text/problem.h"
#include "scenarios/engine/text/unit_table.h"
#include "system/base/wide.h"

namespace wavetank::engine {
namespace {

/// One kind of quantity, as messages speak of it.
struct Spoken {
  const char* name;
  const char* base;          ///< what a value is a whole number of; may be empty
  const char* hint;
  const char* suggested[2];  ///< units for a bare number; the second may be null
};

constexpr Spoken duration_spoken = {
    "duration", "nanoseconds",
    "Write a duration with its unit (h, m, s, ms, us or ns), such as \"250ms\" or \"1m30s\".",
    {"ms", "s"}};
constexpr Spoken rate_spoken = {
    "rate", "", "Write a rate as a number, then /s, /m or /h, such as \"500/s\".", {"/s", nullptr}};
constexpr Spoken size_spoken = {"size", "bytes",
                                "Write a size with its unit, decimal (kB, MB, GB) or binary (KiB, "
                                "MiB, GiB), such as \"512MiB\".",
                                {"MB", "MiB"}};
constexpr Spoken bandwidth_spoken = {
    "bandwidth", "bytes a second",
    "Write a size each second, such as \"125MB/s\" or \"1Gbit/s\", or write \"unlimited\".",
    {"MB/s", nullptr}};
constexpr Spoken count_spoken = {
    "count", "",
    "Write a whole number, or one with k, M or G, such as 1000, \"10k\" or \"2.5M\".",
    {nullptr, nullptr}};
constexpr Spoken ratio_spoken = {
    "percentage", "", "Write a percentage, such as \"30%\".", {"%", nullptr}};

struct Wrong {
  std::string what;
  std::string hint;
  template <class T>
  operator Parsed<T>() && {
    return {std::nullopt, std::move(what), std::move(hint)};
  }
};

Wrong not_a(std::string_view text, const Spoken& spoken) {
  return {in_quotes(text) + " is not a " + spoken.name, spoken.hint};
}

Wrong out_of_range(std::string_view text, const Spoken& spoken) {
  return {in_quotes(text) + " is too large or too small", spoken.hint};
}

Wrong inexact(std::string_view text, Exactness exactness, const Spoken& spoken) {
  if (exactness == Exactness::overflow) return {in_quotes(text) + " is too large", spoken.hint};
  const std::string of = spoken.base[0] == '\0' ? "" : std::string(" of ") + spoken.base;
  return {in_quotes(text) + " is not a whole number" + of, spoken.hint};
}

Wrong no_unit(std::string_view text, const Spoken& spoken) {
  std::string hint;
  for (const char* unit : spoken.suggested) {
    if (unit == nullptr) continue;
    hint += (hint.empty() ? "Did you mean " : " or ") + in_quotes(std::string(text) + unit);
  }
  return {printable(text) + " is a bare number where a " + spoken.name + " belongs", hint + '?'};
}

struct Synonym {
  const char* written;
  const char* unit;
};
// Longer words first, so that none is found inside another.
constexpr Synonym duration_synonyms[] = {
    {"milliseconds", "ms"}, {"millis", "ms"}, {"msec", "ms"}, {"usec", "us"},  {"seconds", "s"},
    {"second", "s"},        {"secs", "s"},    {"sec", "s"},   {"minutes", "m"}, {"minute", "m"},
    {"mins", "m"},          {"min", "m"},     {"hours", "h"}, {"hour", "h"},    {"hrs", "h"},
    {"hr", "h"},            {"\u00b5s", "us"}, {"\u03bcs", "us"}};

/// `text` in small letters, without spaces, with the usual other words for units replaced.
std::string plain_units(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 100)) {
    if (c != ' ') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const Synonym& synonym : duration_synonyms) {
    const std::string_view written = synonym.written;
    for (auto at = out.find(written); at != std::string::npos; at = out.find(written, at + 1)) {
      out.replace(at, written.size(), synonym.unit);
    }
  }
  return out;
}

/// The hint names what parses among the candidates, else says what a legal text looks like. A
/// candidate that does not parse comes back here, so each must be nearer to legal than the text.
template <class T>
Wrong unknown_unit(std::string_view text, std::string_view unit, const Spoken& spoken,
                   Parsed<T> (*parse)(std::string_view),
                   std::initializer_list<std::string> candidates) {
  std::string hint;
  for (const std::string& candidate : candidates) {
    if (candidate == text || !parse(candidate).value) continue;
    hint += (hint.empty() ? "Did you mean " : " or ") + in_quotes(candidate);
  }
  return {in_quotes(text) + " has an unknown unit " + in_quotes(unit),
          hint.empty() ? spoken.hint : hint + '?'};
}

/// 64k, 64KB, 64 kb ... as 64kB and as 64KiB.
std::string with_size_unit(std::string_view text, const char* ending) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  constexpr std::string_view letters = "kmgtp";
  const std::string word = plain_units(rest);
  const auto at = word.empty() ? std::string::npos : letters.find(word[0]);
  const bool known = word.size() == 1 || word.substr(1) == "b" || word.substr(1) == "ib";
  if (!number || at == std::string::npos || !known) return "";
  const char* prefixes = ending[0] == 'i' ? "KMGTP" : "kMGTP";
  return text_of(*number, 0) + prefixes[at] + ending;
}

std::string_view unit_at(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size() && !(text[i] >= '0' && text[i] <= '9')) ++i;
  return text.substr(0, i);
}

/// One number with a unit, in the base unit. `unit` is what is left once the number is taken.
Parsed<std::int64_t> scaled(std::string_view text, const Decimal& number, const Unit& unit,
                            const Spoken& spoken) {
  const Whole whole = whole_of(number, unit.scale);
  if (whole.exactness != Exactness::exact) return inexact(text, whole.exactness, spoken);
  return {whole.value, "", ""};
}

template <class T>
Parsed<T> as(Parsed<std::int64_t> parsed) {
  if (!parsed.value) return Wrong{parsed.what, parsed.hint};
  return {T{*parsed.value}, "", ""};
}

Parsed<Int128> unsigned_duration(std::string_view text, std::string_view rest) {
  Int128 total = 0;
  const Unit* last = nullptr;
  do {
    const auto number = take_decimal(rest);
    if (!number || number->negative) return not_a(text, duration_spoken);
    const std::string_view name = unit_at(rest);
    if (name.empty()) {
      if (last == nullptr) return no_unit(text, duration_spoken);
      return Wrong{in_quotes(text) + " ends without a unit", duration_spoken.hint};
    }
    const Unit* unit = find_unit(duration_units, name);
    if (unit == nullptr) {
      return unknown_unit<Duration>(text, name, duration_spoken, parse_duration,
                                    {plain_units(text)});
    }
    if (last != nullptr && unit <= last) {
      return Wrong{in_quotes(text) + " does not name its units from large to small, each once",
                   duration_spoken.hint};
    }
    last = unit;
    const Parsed<std::int64_t> part = scaled(text, *number, *unit, duration_spoken);
    if (!part.value) return Wrong{part.what, part.hint};
    total += *part.value;
    rest.remove_prefix(name.size());
  } while (!rest.empty());
  return {total, "", ""};
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  const Parsed<Int128> total = unsigned_duration(text, text.substr(negative ? 1 : 0));
  if (!total.value) return Wrong{total.what, total.hint};
  if (*total.value > static_cast<Int128>(duration_max.ns)) {
    return inexact(text, Exactness::overflow, duration_spoken);
  }
  const auto ns = static_cast<std::int64_t>(*total.value);
  return {Duration{negative ? -ns : ns}, "", ""};
}

Parsed<Rate> parse_rate(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a(text, rate_spoken);
  if (rest.empty()) return no_unit(text, rate_spoken);
  const int shift = rest[0] == 'k' ? 3 : rest[0] == 'M' ? 6 : rest[0] == 'G' ? 9 : 0;
  const std::string_view per = rest.substr(shift == 0 ? 0 : 1);
  const Unit* unit = per.starts_with('/') ? find_unit(rate_units, per.substr(1)) : nullptr;
  if (unit == nullptr) {
    return unknown_unit<Rate>(text, rest, rate_spoken, parse_rate, {plain_units(text)});
  }
  const auto value = double_of(*number, shift);
  if (!value) return out_of_range(text, rate_spoken);
  return {Rate{*value / static_cast<double>(unit->scale)}, "", ""};
}

Parsed<Bytes> parse_bytes(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a(text, size_spoken);
  if (rest.empty()) return no_unit(text, size_spoken);
  const Unit* unit = find_unit(size_units, rest);
  if (unit == nullptr) {
    return unknown_unit<Bytes>(text, rest, size_spoken, parse_bytes,
                               {with_size_unit(text, "B"), with_size_unit(text, "iB")});
  }
  return as<Bytes>(scaled(text, *number, *unit, size_spoken));
}

Parsed<Bandwidth> parse_bandwidth(std::string_view text) {
  if (text == "unlimited") return {Bandwidth{0}, "", ""};
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a(text, bandwidth_spoken);
  if (rest.empty()) return no_unit(text, bandwidth_spoken);
  const Unit* unit = nullptr;
  if (rest.ends_with("/s")) {
    const std::string_view amount = rest.substr(0, rest.size() - 2);
    unit = find_unit(size_units, amount);
    if (unit == nullptr) unit = find_unit(bit_units, amount);
  }
  if (unit == nullptr) {
    const std::string each_second = rest.ends_with("/s") ? "" : std::string(text) + "/s";
    return unknown_unit<Bandwidth>(text, rest, bandwidth_spoken, parse_bandwidth, {each_second});
  }
  return as<Bandwidth>(scaled(text, *number, *unit, bandwidth_spoken));
}

Parsed<std::int64_t> parse_count(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a(text, count_spoken);
  const Unit* unit = find_unit(count_units, rest);
  if (unit == nullptr) {
    std::string other(text.substr(0, text.size() - rest.size()));
    if (rest == "K") other += 'k';
    if (rest == "m") other += 'M';
    return unknown_unit<std::int64_t>(text, rest, count_spoken, parse_count, {other});
  }
  return scaled(text, *number, *unit, count_spoken);
}

Parsed<Ratio> parse_ratio(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a(text, ratio_spoken);
  // A share such as 0.3 most likely means 30%; from 1 up the number is the percentage itself. A
  // factor, 0.5x or 2x, is never one.
  const bool share = rest == "x" || text_of(*number, 0).starts_with("0.");
  const std::string meant = text_of(*number, share ? 2 : 0) + '%';
  if (rest.empty()) {
    Wrong wrong = no_unit(text, ratio_spoken);
    wrong.hint = "Write " + in_quotes(meant) + '.';
    return wrong;
  }
  if (rest != "%") {
    return unknown_unit<Ratio>(text, rest, ratio_spoken, parse_ratio, {meant});
  }
  const auto value = double_of(*number, -2);
  if (!value) return out_of_range(text, ratio_spoken);
  return {Ratio{*value}, "", ""};
}

Parsed<double> parse_number(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number || !rest.empty()) {
    return Wrong{in_quotes(text) + " is not a number", "Write a plain number, such as 1.5."};
  }
  const auto value = double_of(*number, 0);
  if (!value) return Wrong{in_quotes(text) + " is too large or too small", ""};
  return {*value, "", ""};
}

Parsed<double> parse_seconds(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  for (const DecimalUnit& unit : second_units) {
    if (!number || rest != unit.name) continue;
    const auto value = double_of(*number, -unit.shift);
    if (!value) return out_of_range(text, duration_spoken);
    return {*value, "", ""};
  }
  const Parsed<Duration> exact = parse_duration(text);
  if (!exact.value) return Wrong{exact.what, exact.hint};
  return {seconds(*exact.value), "", ""};
}

Parsed<double> parse_byte_count(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  const Unit* unit = number ? find_unit(size_units, rest) : nullptr;
  if (unit == nullptr) {
    const Parsed<Bytes> refused = parse_bytes(text);
    return Wrong{refused.what, refused.hint};
  }
  const auto value = double_of(*number, 0);
  if (!value) return out_of_range(text, size_spoken);
  return {*value * static_cast<double>(unit->scale), "", ""};
}

}  // namespace wavetank::engine
