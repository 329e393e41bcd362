#pragma once

#include <string>
#include <string_view>
#include <vector>

// The tidy test reads the tree as text. It needs no compiler, so it checks every file, whatever a
// build leaves out; in return it knows tokens, not types.
namespace wavetank::tidy {

enum class Kind { word, number, text, sign };

struct Token {
  Kind kind;
  std::string spelling;  // For text, the empty string: what a literal says is not code.
  int line;

  bool operator==(std::string_view other) const { return spelling == other; }
};

struct Include {
  std::string path;
  bool angled;
  int line;
};

/// One file, by its path from the root of the repository.
struct Source {
  std::string path;
  std::vector<std::string> lines;
  std::vector<Include> includes;
  std::vector<Token> tokens;  // Without comments and preprocessor lines; "::" and "->" are one.
};

struct Complaint {
  std::string path;
  int line;
  std::string text;
};

/// Splits text into lines and, if the path names C++, into includes and tokens.
Source parse(std::string path, const std::string& text);

/// Every text file below the root that is kept under version control, in order of path.
const std::vector<Source>& tree();

bool is_cpp(const Source& source);
bool is_below(std::string_view path, std::string_view folder);

/// "path:line: text", a line each: what a failed check prints.
std::string join(const std::vector<Complaint>& complaints);

}  // namespace wavetank::tidy
