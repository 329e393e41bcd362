#include <algorithm>
#include <set>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {
namespace {

constexpr int columns_max = 100;
constexpr int file_lines_max = 450;
constexpr int header_lines_max = 170;
constexpr int function_lines_max = 70;

bool is_code(const Source& source) {
  // Tables (.def) and fixtures keep one row a line, however long.
  if (source.path.find("/fixtures/") != std::string::npos) return false;
  for (const auto ending : {".cpp", ".h", ".js", ".mjs", ".css", ".sh", ".cmake"}) {
    if (source.path.ends_with(ending)) return true;
  }
  return source.path == "dev" || source.path.ends_with("CMakeLists.txt");
}

int columns(const std::string& line) {
  // Bytes that continue a UTF-8 character take no column.
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// Whether the '{' at `open` opens a scope that may hold functions, judging by what precedes it.
bool opens_scope(const std::vector<Token>& tokens, std::size_t open) {
  for (std::size_t i = open; i-- > 0;) {
    const auto& token = tokens[i];
    if (token == ";" || token == "{" || token == "}" || token == ")") return false;
    if (token == "namespace" || token == "class" || token == "struct" || token == "union" ||
        token == "extern") {
      return true;
    }
  }
  return false;
}

/// Whether the '{' at `open` opens a body or a lambda: some parameter list precedes it.
bool opens_body(const std::vector<Token>& tokens, std::size_t open) {
  for (std::size_t i = open; i-- > 0;) {
    if (tokens[i] == ")") return true;
    if (tokens[i] == ";" || tokens[i] == "{" || tokens[i] == "}") return false;
  }
  return false;
}

}  // namespace

std::vector<Complaint> check_limits(const Source& source) {
  std::vector<Complaint> complaints;
  if (!is_code(source)) return complaints;
  const int lines = static_cast<int>(source.lines.size());
  for (int i = 0; i < lines; ++i) {
    const int width = columns(source.lines[static_cast<std::size_t>(i)]);
    if (width <= columns_max) continue;
    complaints.push_back({source.path, i + 1, std::to_string(width) + " columns, at most 100"});
  }
  const bool is_header = source.path.ends_with(".h");
  const int most = is_header ? header_lines_max : file_lines_max;
  if (lines > most) {
    complaints.push_back(
        {source.path, lines,
         "more than " + std::to_string(most) + " lines: split it by what it is for"});
  }
  return complaints;
}

std::vector<Complaint> check_function_lengths(const Source& source) {
  std::vector<Complaint> complaints;
  const auto& tokens = source.tokens;
  std::vector<std::size_t> open;  // Braces that are open, by token.
  std::size_t body_depth = 0;     // How many were open when the outermost body began; 0: no body.
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == "{") {
      open.push_back(i);
      if (body_depth == 0 && !opens_scope(tokens, i) && opens_body(tokens, i)) {
        body_depth = open.size();
      }
    } else if (tokens[i] == "}" && !open.empty()) {
      const auto start = open.back();
      if (open.size() == body_depth) {
        body_depth = 0;
        const int lines = tokens[i].line - tokens[start].line + 1;
        if (lines > function_lines_max) {
          complaints.push_back({source.path, tokens[start].line,
                                "a function of " + std::to_string(lines) + " lines, at most 70"});
        }
      }
      open.pop_back();
    }
  }
  return complaints;
}

std::vector<Complaint> check_names(const Source& source) {
  std::vector<Complaint> complaints;
  for (const auto& token : source.tokens) {
    if (token.kind != Kind::word) continue;
    for (const auto ending : {"Manager", "Helper", "Helpers", "Util", "Utils", "Impl"}) {
      if (!token.spelling.ends_with(ending)) continue;
      complaints.push_back(
          {source.path, token.line, token.spelling + " says nothing: use the field's own term"});
    }
  }
  if (!is_code(source)) return complaints;
  // Spelled in halves, so that this file does not complain of itself.
  static const std::set<std::string> unfinished = {
      "TO"
      "DO",
      "FIX"
      "ME",
      "HACK"
      ":",
      "XX"
      "X"};
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    for (const auto& mark : unfinished) {
      if (source.lines[i].find(mark) == std::string::npos) continue;
      complaints.push_back({source.path, static_cast<int>(i) + 1,
                            mark + " marks unfinished work: finish it or open an issue"});
    }
  }
  return complaints;
}

}  // namespace wavetank::tidy
