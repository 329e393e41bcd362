#include "reports/markdown_text.h"

namespace wavetank::reports {

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos) out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) {
  std::string out = "`";
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '`' ? '\'' : static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return out + '`';
}

void add_row(std::string& out, const std::vector<std::string>& cells) {
  for (const std::string& cell : cells) out += "| " + cell + ' ';
  out += "|\n";
}

void add_head(std::string& out, const std::vector<std::string>& names,
              const std::vector<bool>& numeric) {
  add_row(out, names);
  for (const bool number : numeric) out += number ? "| --: " : "| --- ";
  out += "|\n";
}

}  // namespace wavetank::reports
