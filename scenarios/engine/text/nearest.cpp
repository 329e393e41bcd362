#include "scenarios/engine/text/nearest.h"

#include <algorithm>

#include "scenarios/engine/text/problem.h"

namespace wavetank::engine {
namespace {

std::string plain(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '_' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

std::size_t edits_plain(const std::string& a, const std::string& b, std::size_t limit) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return std::min(row[b.size()], limit + 1);
}

template <class Names>
std::optional<std::string> nearest_of(std::string_view word, const Names& names) {
  constexpr std::size_t word_max = 200;  // no name is near to anything longer
  if (word.size() > word_max) return std::nullopt;
  const std::string sought = plain(word);
  std::optional<std::string> best;
  std::size_t best_edits = 0;
  for (const std::string_view name : names) {
    const std::string known = plain(name);
    const std::size_t limit = std::max<std::size_t>(1, known.size() / 3);
    const std::size_t edits = edits_plain(sought, known, limit);
    if (edits > limit || edits >= known.size()) continue;
    if (!best || edits < best_edits) {
      best = name;
      best_edits = edits;
    }
  }
  return best;
}

}  // namespace

std::size_t edits_between(std::string_view a, std::string_view b, std::size_t limit) {
  return edits_plain(plain(a), plain(b), limit);
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& names) {
  return nearest_of(word, names);
}

std::optional<std::string> nearest(std::string_view word, std::span<const char* const> names) {
  return nearest_of(word, names);
}

std::string nearest_hint(std::string_view word, const std::vector<std::string>& names,
                         const char* plural) {
  if (const auto near = nearest(word, names)) return "Did you mean " + in_quotes(*near) + "?";
  if (names.empty()) return "";
  std::string out = std::string("Known ") + plural + ": ";
  constexpr std::size_t enough = 600;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (out.size() > enough) return out + ", and " + std::to_string(names.size() - i) + " more.";
    out += (i == 0 ? "" : ", ") + printable(names[i]);
  }
  return out + '.';
}

}  // namespace wavetank::engine
