#pragma once
// Is this well-formed XML? Enough of XML 1.0 for what junit.xml uses: elements, attributes in
// double quotes, text, the five entities and character references.

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::reports {

/// What is wrong with text between tags or in an attribute; empty where nothing is.
inline std::string text_problem(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\n' && byte != '\t') return "a control character";
    if (text[i] == '<') return "a bare <";
    if (text[i] != '&') continue;
    const std::string_view rest = text.substr(i);
    bool known = false;
    for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#10;", "&#9;"}) {
      known = known || rest.starts_with(entity);
    }
    if (!known) return "a bare &";
  }
  return "";
}

/// Reads the attributes behind a tag's name.
inline std::string attribute_problem(std::string_view rest) {
  while (!rest.empty()) {
    const auto name = rest.find_first_not_of(' ');
    if (name == rest.npos || name == 0) return "no space before an attribute";
    const auto equals = rest.find("=\"", name);
    if (equals == rest.npos) return "an attribute without a value";
    const auto close = rest.find('"', equals + 2);
    if (close == rest.npos) return "an open attribute";
    const auto problem = text_problem(rest.substr(equals + 2, close - equals - 2));
    if (!problem.empty()) return problem;
    rest.remove_prefix(close + 1);
  }
  return "";
}

inline std::string xml_problem(std::string_view xml) {
  if (xml.starts_with("<?xml ")) xml.remove_prefix(xml.find("?>") + 2);
  std::vector<std::string> open;
  int roots = 0;
  while (true) {
    const auto tag = xml.find('<');
    if (const auto problem = text_problem(xml.substr(0, tag)); !problem.empty()) return problem;
    if (tag == xml.npos) break;
    const auto end = xml.find('>', tag);
    if (end == xml.npos) return "an open tag";
    std::string_view inside = xml.substr(tag + 1, end - tag - 1);
    xml.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open.empty() || open.back() != inside.substr(1)) return "a tag that closes another";
      open.pop_back();
      continue;
    }
    const bool lone = inside.ends_with('/');
    if (lone) inside.remove_suffix(1);
    const auto name = inside.substr(0, inside.find(' '));
    const auto problem = attribute_problem(inside.substr(name.size()));
    if (!problem.empty()) return problem;
    if (open.empty()) ++roots;
    if (!lone) open.emplace_back(name);
  }
  return open.empty() && roots == 1 ? "" : "not one closed root";
}

}  // namespace wavetank::reports
