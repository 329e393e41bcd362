#include "scenarios/engine/metrics/threshold.h"

#include <array>
#include <utility>

#include "scenarios/engine/text/decimal.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"
#include "scenarios/engine/text/quantity.h"

namespace wavetank::engine {
namespace {

constexpr const char* aggregator_names[] = {"avg", "min",   "max",  "med",
                                            "p",   "count", "rate", "value"};
constexpr const char* comparison_texts[] = {"<", "<=", ">", ">=", "==", "!="};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

/// Reads one expression from left to right and stops at the first thing that is wrong.
class Reader {
 public:
  Reader(std::string_view text, const PlaceNames& places) : text_(text), places_(places) {}

  ParsedThreshold read() {
    threshold_.text = std::string(trimmed(text_));
    if (metric() && labels() && aggregator() && comparison() && limit()) {
      problem_.value = std::move(threshold_);
    }
    return std::move(problem_);
  }

 private:
  bool fail(std::size_t at, std::string what, std::string hint) {
    problem_ = {std::nullopt, at, std::move(what), std::move(hint)};
    return false;
  }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string_view word() {
    skip_spaces();
    start_ = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(start_, at_ - start_);
  }
  std::string found() const {
    return at_ == text_.size() ? std::string("the end") : in_quotes(text_.substr(at_, 1));
  }

  bool metric();
  bool labels();
  bool label();
  bool aggregator();
  bool quantile();
  bool comparison();
  bool limit();
  bool set_limit(std::size_t at, std::string_view text);

  std::string_view text_;
  const PlaceNames& places_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  Threshold threshold_;
  ParsedThreshold problem_;
};

bool Reader::metric() {
  const std::string_view name = word();
  if (name.empty()) {
    return fail(at_, "a metric's name is missing before " + found(),
                "Write it like \"api.latency p(95) < 45ms\".");
  }
  threshold_.metric = find_metric(name);
  if (threshold_.metric != nullptr) return true;
  const auto near = nearest(name, metric_names());
  return fail(start_, "there is no metric " + in_quotes(name),
              near ? "Did you mean " + in_quotes(*near) + "?" : "See `wavetank list metrics`.");
}

bool Reader::labels() {
  if (!take('{')) return true;
  do {
    if (!label()) return false;
  } while (take(','));
  if (take('}')) return true;
  return fail(at_, "\"}\" is missing before " + found(), "Write labels like {priority=P0}.");
}

bool Reader::label() {
  const auto known = label_names(threshold_.metric->labels);
  const std::string_view name = word();
  const std::size_t name_at = start_;
  if (name.empty()) {
    return fail(at_, "a label is missing before " + found(), "Write labels like {priority=P0}.");
  }
  bool has = false;
  for (const std::string& each : known) has = has || each == name;
  if (!has) {
    return fail(name_at, in_quotes(threshold_.metric->name) + " has no label " + in_quotes(name),
                nearest_hint(name, known, "labels"));
  }
  const std::string given = text_of(threshold_.filter, threshold_.metric->labels);
  if (given.find(std::string(name) + '=') != std::string::npos) {
    return fail(name_at, "the label " + in_quotes(name) + " stands twice", "Leave one out.");
  }
  if (!take('=')) {
    return fail(at_, "\"=\" is missing before " + found(), "Write labels like {priority=P0}.");
  }
  const std::string_view value = word();
  if (set_label(threshold_.filter, name, value, places_)) return true;
  const auto values = label_values(name, places_);
  std::string hint = nearest_hint(value, values, "values");
  if (values.empty()) {
    hint = placed(threshold_.metric->labels) ? "This blueprint has none."
                                             : "Write a number from 0 to 255.";
  }
  return fail(start_, in_quotes(value) + " is no value of the label " + in_quotes(name),
              std::move(hint));
}

bool Reader::aggregator() {
  const std::string_view name = word();
  const std::size_t name_at = start_;
  std::size_t i = 0;
  while (i < std::size(aggregator_names) && name != aggregator_names[i]) ++i;
  if (i == std::size(aggregator_names)) {
    const std::vector<std::string> known(std::begin(aggregator_names), std::end(aggregator_names));
    const std::string what = name.empty() ? "an aggregator is missing before " + found()
                                          : "there is no aggregator " + in_quotes(name);
    return fail(name_at, what, nearest_hint(name, known, "aggregators"));
  }
  threshold_.aggregator = static_cast<Aggregator>(i);
  const MetricInfo& metric = *threshold_.metric;
  if (!fits(threshold_.aggregator, metric.kind)) {
    std::string hint = "It has ";
    bool first = true;
    for (std::size_t a = 0; a < std::size(aggregator_names); ++a) {
      if (!fits(static_cast<Aggregator>(a), metric.kind)) continue;
      hint += first ? aggregator_names[a] : std::string(", ") + aggregator_names[a];
      first = false;
    }
    const std::string what = in_quotes(metric.name) + " is a " + name_of(metric.kind);
    return fail(name_at, what + " and has no " + in_quotes(name), hint + ".");
  }
  return threshold_.aggregator != Aggregator::p || quantile();
}

bool Reader::quantile() {
  const std::string hint = "Write it like p(95) or p(99.9).";
  if (!take('(')) return fail(at_, "\"(\" is missing after \"p\"", hint);
  skip_spaces();
  const std::size_t number_at = at_;
  std::string_view rest = text_.substr(at_);
  const auto number = take_decimal(rest);
  if (!number) return fail(number_at, "a number is missing before " + found(), hint);
  constexpr std::int64_t per_percent = 10'000;
  const Whole share = whole_of(*number, per_percent);
  if (share.exactness != Exactness::exact || share.value < 0 || share.value > 100 * per_percent) {
    return fail(number_at, "the percentile is not from 0 to 100 in steps of 0.0001", hint);
  }
  threshold_.quantile = static_cast<Histogram::PerMillion>(share.value);
  at_ = text_.size() - rest.size();
  return take(')') || fail(at_, "\")\" is missing before " + found(), hint);
}

bool Reader::comparison() {
  skip_spaces();
  const std::size_t from = at_;
  constexpr std::string_view signs = "<>=!";
  while (at_ < text_.size() && signs.find(text_[at_]) != std::string_view::npos) ++at_;
  const std::string_view text = text_.substr(from, at_ - from);
  for (std::size_t i = 0; i < std::size(comparison_texts); ++i) {
    if (text != comparison_texts[i]) continue;
    threshold_.comparison = static_cast<Comparison>(i);
    return true;
  }
  const std::string hint = "Known comparisons: <, <=, >, >=, ==, !=.";
  if (text.empty()) return fail(from, "a comparison is missing before " + found(), hint);
  return fail(from, "there is no comparison " + in_quotes(text), hint);
}

template <class T>
std::optional<double> in(const Parsed<T>& parsed, double (*convert)(const T&), std::string& what,
                         std::string& hint) {
  if (parsed.value) return convert(*parsed.value);
  what = parsed.what;
  hint = parsed.hint;
  return std::nullopt;
}

/// A plain number or a count such as 10k.
Parsed<double> parse_plain(std::string_view text) {
  Parsed<double> number = parse_number(text);
  if (number.value) return number;
  const Parsed<std::int64_t> count = parse_count(text);
  if (count.value) return {static_cast<double>(*count.value), "", ""};
  const char* hint = "Write a plain number, such as 1.5 or 10k.";
  return {std::nullopt, in_quotes(text) + " is not a number", hint};
}

bool Reader::set_limit(std::size_t at, std::string_view text) {
  const auto duration = [](const Duration& d) { return seconds(d); };
  const auto bytes = [](const Bytes& b) { return static_cast<double>(b.count); };
  const auto bandwidth = [](const Bandwidth& b) { return static_cast<double>(b.bytes_per_s); };
  const auto rate = [](const Rate& r) { return r.per_s; };
  const auto ratio = [](const Ratio& r) { return r.value; };
  const auto plain = [](const double& d) { return d; };
  const MetricInfo& metric = *threshold_.metric;
  std::string what, hint;
  std::optional<double> value;
  MetricUnit unit = metric.unit;
  if (threshold_.aggregator == Aggregator::count && metric.kind != MetricKind::counter) {
    unit = MetricUnit::number;
  }
  if (threshold_.aggregator == Aggregator::rate && metric.kind != MetricKind::ratio) {
    const bool flow = metric.kind == MetricKind::counter && unit == MetricUnit::bytes;
    value = flow ? in<Bandwidth>(parse_bandwidth(text), bandwidth, what, hint)
                 : in<Rate>(parse_rate(text), rate, what, hint);
  } else if (unit == MetricUnit::seconds) {
    value = in<Duration>(parse_duration(text), duration, what, hint);
  } else if (unit == MetricUnit::bytes) {
    value = in<Bytes>(parse_bytes(text), bytes, what, hint);
  } else if (unit == MetricUnit::share) {
    value = in<Ratio>(parse_ratio(text), ratio, what, hint);
  } else {
    value = in<double>(parse_plain(text), plain, what, hint);
  }
  if (!value) return fail(at, what, hint);
  threshold_.limit = *value;
  return true;
}

bool Reader::limit() {
  skip_spaces();
  const std::size_t from = at_;
  const std::string_view text = trimmed(text_.substr(from));
  if (text.empty()) return fail(from, "the limit is missing", "Write it like \"< 45ms\".");
  return set_limit(from, text);
}

}  // namespace

ParsedThreshold parse_threshold(std::string_view text, const PlaceNames& places) {
  return Reader(text, places).read();
}

bool Threshold::holds(double value) const {
  switch (comparison) {
    case Comparison::less: return value < limit;
    case Comparison::less_equal: return value <= limit;
    case Comparison::greater: return value > limit;
    case Comparison::greater_equal: return value >= limit;
    case Comparison::equal: return value == limit;
    case Comparison::not_equal: break;
  }
  return value != limit;
}

std::string Threshold::human(double value) const {
  const bool ratio = metric->kind == MetricKind::ratio;
  if (aggregator == Aggregator::rate && !ratio) {
    const bool flow = metric->kind == MetricKind::counter;
    return engine::human(flow ? metric->unit : MetricUnit::number, value) + "/s";
  }
  const bool things = aggregator == Aggregator::count && metric->kind != MetricKind::counter;
  return engine::human(things ? MetricUnit::number : metric->unit, value);
}

}  // namespace wavetank::engine
