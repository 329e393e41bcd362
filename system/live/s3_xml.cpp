#include "system/live/s3_xml.h"

#include <cstdlib>
#include <utility>

namespace wavetank::live {
namespace {

constexpr std::pair<std::string_view, char> entities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    std::size_t taken = 0;
    for (const auto& [name, c] : entities) {
      if (!text.starts_with(name)) continue;
      plain += c;
      taken = name.size();
    }
    const std::size_t end = text.find(';');
    if (taken == 0 && text.starts_with("&#") && end != std::string_view::npos) {
      const bool hex = text[2] == 'x';
      const std::string number(text.substr(hex ? 3 : 2, end));
      plain += static_cast<char>(std::strtol(number.c_str(), nullptr, hex ? 16 : 10));
      taken = end + 1;
    }
    if (taken == 0) {
      plain += text.front();
      taken = 1;
    }
    text.remove_prefix(taken);
  }
  return plain;
}

}  // namespace

std::vector<std::string_view> xml_elements(std::string_view xml, std::string_view name) {
  const std::string open = "<" + std::string(name) + ">";
  const std::string close = "</" + std::string(name) + ">";
  std::vector<std::string_view> found;
  for (std::size_t at = xml.find(open); at != std::string_view::npos; at = xml.find(open, at)) {
    const std::size_t begin = at + open.size();
    const std::size_t end = xml.find(close, begin);
    if (end == std::string_view::npos) break;
    found.push_back(xml.substr(begin, end - begin));
    at = end + close.size();
  }
  return found;
}

std::string xml_text(std::string_view xml, std::string_view name) {
  const auto all = xml_elements(xml, name);
  return all.empty() ? std::string() : unescaped(all.front());
}

}  // namespace wavetank::live
