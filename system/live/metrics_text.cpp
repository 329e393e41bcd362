#include "system/live/metrics_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace wavetank::live {
namespace {

std::optional<double> number(std::string_view text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A label's value, up to its closing quote; `rest` goes on behind it.
std::optional<std::string> quoted(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::nullopt;
  std::string value;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return value;
    }
    if (rest[i] != '\\') {
      value += rest[i];
    } else if (++i < rest.size()) {
      value += rest[i] == 'n' ? '\n' : rest[i];
    }
  }
  return std::nullopt;
}

bool read_labels(std::string_view& rest, MetricSample& sample) {
  while (!rest.starts_with('}')) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string name(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    auto value = quoted(rest);
    if (!value) return false;
    sample.labels.emplace_back(name, std::move(*value));
    if (rest.starts_with(',')) rest.remove_prefix(1);
  }
  rest.remove_prefix(1);
  return true;
}

std::optional<MetricSample> read_line(std::string_view line) {
  MetricSample sample;
  const std::size_t end = line.find_first_of("{ ");
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  sample.name = line.substr(0, end);
  line.remove_prefix(end);
  if (line.starts_with('{')) {
    line.remove_prefix(1);
    if (!read_labels(line, sample)) return std::nullopt;
  }
  if (!line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(1);
  const std::size_t gap = line.find(' ');
  const auto value = number(line.substr(0, gap));
  if (!value) return std::nullopt;
  sample.value = *value;
  if (gap != std::string_view::npos) {
    line.remove_prefix(gap + 1);
    sample.time = number(line.substr(0, line.find(' ')));  // an exemplar may follow
  }
  return sample;
}

}  // namespace

std::string_view MetricSample::label(std::string_view of) const {
  for (const auto& [name, value] : labels) {
    if (name == of) return value;
  }
  return {};
}

std::optional<double> MetricSample::bound() const {
  const auto le = number(label("le"));
  return le && !std::isnan(*le) ? le : std::nullopt;
}

std::optional<MetricSample> read_series(std::string_view text) {
  return read_line(std::string(text) + " 0");
}

std::optional<std::vector<MetricSample>> read_metrics(std::string_view page) {
  std::vector<MetricSample> all;
  while (!page.empty()) {
    const std::size_t end = page.find('\n');
    const std::string_view line = page.substr(0, end);
    page.remove_prefix(end == std::string_view::npos ? page.size() : end + 1);
    if (line == "# EOF") return all;
    if (line.empty() || line.starts_with('#')) continue;
    auto sample = read_line(line);
    if (!sample) return std::nullopt;
    all.push_back(std::move(*sample));
  }
  return std::nullopt;
}

}  // namespace wavetank::live
