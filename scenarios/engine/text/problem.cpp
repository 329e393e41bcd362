#include "scenarios/engine/text/problem.h"

#include <algorithm>
#include <map>
#include <utility>

namespace wavetank::engine {
namespace {

/// The length of the well-formed UTF-8 sequence at the front of `text`; 0 where there is none.
std::size_t sequence_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool outside = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

std::string escaped(unsigned char byte) {
  static constexpr char digits[] = "0123456789abcdef";
  return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

}  // namespace

std::string printable(std::string_view text, std::size_t length_max) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= length_max) return out + "...";
    const std::size_t length = sequence_at(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 || lead < 0x20 || lead == 0x7F) {
      out += escaped(lead);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string in_quotes(std::string_view text) { return '"' + printable(text) + '"'; }

std::string pointer_to(const std::string& parent, std::string_view key) {
  std::string out = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string text_of(const Problem& problem) {
  std::string out = printable(problem.file, 300);
  if (problem.line > 0) {
    out += ':' + std::to_string(problem.line);
    if (problem.column > 0) out += ':' + std::to_string(problem.column);
  }
  if (!out.empty()) out += ": ";
  if (!problem.pointer.empty()) out += printable(problem.pointer, 200) + ": ";
  out += problem.what + '.';
  if (!problem.hint.empty()) out += ' ' + problem.hint;
  return out;
}

void Problems::add(Problem problem) {
  ++count_;
  if (kept_.size() < kept_max) kept_.push_back(std::move(problem));
}

std::vector<Problem> Problems::sorted() const {
  std::map<std::string, std::size_t> order;
  for (const Problem& problem : kept_) order.emplace(problem.file, order.size());
  std::vector<Problem> out = kept_;
  std::stable_sort(out.begin(), out.end(), [&](const Problem& a, const Problem& b) {
    const auto place = [&](const Problem& p) {
      return std::tuple(order.at(p.file), p.line, p.column);
    };
    return place(a) < place(b);
  });
  return out;
}

std::string Problems::text() const {
  std::string out;
  for (const Problem& problem : sorted()) out += text_of(problem) + '\n';
  if (count_ > kept_.size()) {
    out += "... and " + std::to_string(count_ - kept_.size()) + " more\n";
  }
  return out;
}

}  // namespace wavetank::engine
