#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace wavetank::tidy {
namespace {

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool continues_word(char c) {
  return starts_word(c) || std::isdigit(static_cast<unsigned char>(c));
}

/// Turns text into tokens, one call of next() after the other.
class Lexer {
 public:
  Lexer(const std::string& text, Source& into) : text_(text), into_(into) {}

  void run() {
    while (at_ < text_.size()) next();
  }

 private:
  bool sees(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }

  void advance_to(std::size_t end) {
    end = std::min(end, text_.size());
    line_ += static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                         text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  void emit(Kind kind, std::size_t length) {
    into_.tokens.push_back({kind, text_.substr(at_, length), line_});
    line_is_blank_ = false;
    advance_to(at_ + length);
  }

  void next() {
    const char c = text_[at_];
    if (c == '\n') {
      line_is_blank_ = true;
      advance_to(at_ + 1);
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      advance_to(at_ + 1);
    } else if (sees("//")) {
      advance_to(text_.find('\n', at_));
    } else if (sees("/*")) {
      const auto end = text_.find("*/", at_);
      advance_to(end == std::string::npos ? end : end + 2);
    } else if (c == '#' && line_is_blank_) {
      directive();
    } else if (sees("R\"")) {
      raw_literal();
    } else if (c == '"' || c == '\'') {
      literal(c);
    } else {
      token(c);
    }
  }

  void token(char c) {
    std::size_t end = at_ + 1;
    if (starts_word(c)) {
      while (end < text_.size() && continues_word(text_[end])) ++end;
      emit(Kind::word, end - at_);
    } else if (std::isdigit(static_cast<unsigned char>(c))) {
      const auto in_number = [&](char d) { return continues_word(d) || d == '\'' || d == '.'; };
      while (end < text_.size() && in_number(text_[end])) ++end;
      emit(Kind::number, end - at_);
    } else {
      emit(Kind::sign, sees("::") || sees("->") ? 2 : 1);
    }
  }

  void literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    into_.tokens.push_back({Kind::text, "", line_});
    line_is_blank_ = false;
    advance_to(end + 1);
  }

  void raw_literal() {
    const auto open = text_.find('(', at_);
    const auto mark = ")" + text_.substr(at_ + 2, open - at_ - 2) + "\"";
    const auto end = text_.find(mark, at_);
    into_.tokens.push_back({Kind::text, "", line_});
    line_is_blank_ = false;
    advance_to(end == std::string::npos ? end : end + mark.size());
  }

  void directive() {
    auto end = text_.find('\n', at_);
    while (end != std::string::npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
    const auto words = text_.substr(at_, end == std::string::npos ? end : end - at_);
    const auto open = words.find_first_of("<\"");
    if (words.find("include") < open && open != std::string::npos) {
      const bool angled = words[open] == '<';
      const auto close = words.find(angled ? '>' : '"', open + 1);
      into_.includes.push_back({words.substr(open + 1, close - open - 1), angled, line_});
    }
    advance_to(end);
  }

  const std::string& text_;
  Source& into_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_is_blank_ = true;
};

bool is_text(const std::filesystem::path& path) {
  static const std::vector<std::string> kinds = {".cpp", ".h",  ".def", ".md",    ".js",   ".mjs",
                                                 ".css", ".sh", ".txt", ".cmake", ".json", ".in"};
  const auto name = path.filename().string();
  return name == "dev" || name == "run" ||
         std::find(kinds.begin(), kinds.end(), path.extension().string()) != kinds.end();
}

bool is_skipped(const std::filesystem::path& folder) {
  static const std::vector<std::string> names = {".git", "build", "node_modules", "dist", ".cache"};
  const auto name = folder.filename().string();
  return name.starts_with("out") || std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<Source> read_tree(const std::filesystem::path& root) {
  std::vector<Source> sources;
  auto entry = std::filesystem::recursive_directory_iterator(root);
  for (; entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && is_skipped(entry->path())) entry.disable_recursion_pending();
    if (!entry->is_regular_file() || !is_text(entry->path())) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    sources.push_back(parse(entry->path().lexically_relative(root).generic_string(), text));
  }
  std::sort(sources.begin(), sources.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  return sources;
}

}  // namespace

Source parse(std::string path, const std::string& text) {
  Source source{std::move(path), {}, {}, {}};
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = std::min(text.find('\n', start), text.size());
    source.lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  if (is_cpp(source)) Lexer(text, source).run();
  return source;
}

const std::vector<Source>& tree() {
  static const std::vector<Source> sources = read_tree(WAVETANK_SOURCE_DIR);
  return sources;
}

bool is_cpp(const Source& source) {
  return source.path.ends_with(".cpp") || source.path.ends_with(".h");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

std::string join(const std::vector<Complaint>& complaints) {
  std::string text;
  for (const auto& complaint : complaints) {
    text += "\n" + complaint.path + ":" + std::to_string(complaint.line) + ": " + complaint.text;
  }
  return text;
}

}  // namespace wavetank::tidy
