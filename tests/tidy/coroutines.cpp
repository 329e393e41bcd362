#include <algorithm>
#include <set>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {
namespace {

using Tokens = std::vector<Token>;

bool opens(const Token& token) { return token == "(" || token == "[" || token == "{"; }
bool closes(const Token& token) { return token == ")" || token == "]" || token == "}"; }

/// The index of the bracket that opens the one closed at `close`, or 0.
std::size_t opening(const Tokens& tokens, std::size_t close) {
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    if (closes(tokens[i])) ++depth;
    if (opens(tokens[i]) && --depth == 0) return i;
  }
  return 0;
}

/// The index of the bracket that closes the one opened at `open`, or the end.
std::size_t closing(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (opens(tokens[i])) ++depth;
    if (closes(tokens[i]) && --depth == 0) return i;
  }
  return tokens.size();
}

/// Whether a statement starts at `at`: after ; { } else do, a label, or the head of if, for, while.
bool starts_statement(const Tokens& tokens, std::size_t at) {
  if (at == 0) return true;
  const auto& before = tokens[at - 1];
  if (before == ";" || before == "{" || before == "}" || before == "else" || before == "do") {
    return true;
  }
  if (before == ":") {
    for (std::size_t i = at - 1; i-- > 0 && at - i < 8;) {
      if (tokens[i] == "case" || tokens[i] == "default") return true;
      if (tokens[i] == ";" || tokens[i] == "?") return false;
    }
  }
  if (!(before == ")")) return false;
  const auto open = opening(tokens, at - 1);
  if (open == 0) return false;
  const auto& head = tokens[open - 1];
  return head == "if" || head == "for" || head == "while" || head == "constexpr";
}

/// `auto x =`, `const auto x =`, each at the start of a statement and ending before `at`.
bool follows_definition(const Tokens& tokens, std::size_t at) {
  if (at < 3 || !(tokens[at - 1] == "=") || tokens[at - 2].kind != Kind::word) return false;
  if (!(tokens[at - 3] == "auto")) return false;
  const bool is_const = at >= 4 && tokens[at - 4] == "const";
  return starts_statement(tokens, at - (is_const ? 4 : 3));
}

bool is_declaration(const Tokens& tokens, std::size_t at) {
  return at > 0 && tokens[at - 1] == "operator";
}

/// Temporaries that own memory: gcc 12 may destroy them twice when they live across an await.
const std::set<std::string>& owning() {
  static const std::set<std::string> names = {
      "string",      "vector",      "map",           "deque",     "function",  "to_string",
      "make_unique", "make_shared", "make_optional", "make_pair", "make_tuple"};
  return names;
}

/// What is wrong with the operand that starts after the await at `at`, or nothing.
std::string operand_fault(const Tokens& tokens, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at + 1; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token == ";" && depth == 0) return "";
    if (token == "{") return "no braces in its operand: name the argument first";
    if (token == "?") return "no ?: in its operand: choose before";
    if (depth == 0 && (token == "," || token == "=" || closes(token))) {
      return "it must be the whole expression of its statement";
    }
    if (opens(token)) ++depth;
    if (closes(token)) --depth;
    const bool in_std = i > 1 && tokens[i - 1] == "::" && tokens[i - 2] == "std";
    if (in_std && owning().contains(token.spelling)) {
      return "std::" + token.spelling + " makes a temporary that owns memory: name it first";
    }
    if (token == "co_await" || token == "co_yield") return "one await a statement";
  }
  return "";
}

/// Whether the '[' at `at` introduces a lambda, not a subscript or an attribute.
bool introduces_lambda(const Tokens& tokens, std::size_t at) {
  if (!(tokens[at] == "[") || (at + 1 < tokens.size() && tokens[at + 1] == "[")) return false;
  if (at == 0) return true;
  const auto& before = tokens[at - 1];
  if (before == "return" || before == "co_return" || before == "co_await") return true;
  return before.kind != Kind::word && before.kind != Kind::text && !(before == "[") &&
         !(before == ")") && !(before == "]");
}

bool is_coroutine(const Tokens& tokens, std::size_t open_brace) {
  const auto end = closing(tokens, open_brace);
  return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(open_brace),
                     tokens.begin() + static_cast<std::ptrdiff_t>(end), [](const Token& token) {
                       return token == "co_await" || token == "co_return" || token == "co_yield";
                     });
}

/// The index of the parameter list's '(' of `Task<...> name(`, looking from `Task` at `at`, or 0.
std::size_t parameters_of_task(const Tokens& tokens, std::size_t at) {
  std::size_t i = at + 1;
  if (i >= tokens.size() || !(tokens[i] == "<")) return 0;
  for (int depth = 0; i < tokens.size(); ++i) {
    if (tokens[i] == "<") ++depth;
    if (tokens[i] == ">" && --depth == 0) break;
    if (tokens[i] == ";") return 0;
  }
  const auto name = i + 1;
  for (++i; i < tokens.size() && (tokens[i].kind == Kind::word || tokens[i] == "::"); ++i) {
  }
  return i < tokens.size() && i > name && tokens[i] == "(" ? i : 0;
}

/// Settings live as long as the run, an exchange as long as the handler's whole tree of awaits.
bool lives_long(const Token& type) {
  return type.spelling.ends_with("Settings") || type.spelling.ends_with("Exchange");
}

}  // namespace

std::vector<Complaint> check_awaits(const Source& source) {
  std::vector<Complaint> complaints;
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool awaits = tokens[i] == "co_await";
    if ((!awaits && !(tokens[i] == "co_yield")) || is_declaration(tokens, i)) continue;
    std::string text = operand_fault(tokens, i);
    const bool stands_alone = starts_statement(tokens, i) ||
                              (awaits && follows_definition(tokens, i)) ||
                              (awaits && i > 0 && tokens[i - 1] == "co_return");
    if (text.empty() && !stands_alone) {
      text =
          "write it as a whole statement, as `auto x = co_await e;` or as `co_return co_await e;`";
    }
    if (text.empty()) continue;
    complaints.push_back({source.path, tokens[i].line, tokens[i].spelling + ": " + text});
  }
  return complaints;
}

std::vector<Complaint> check_coroutine_lambdas(const Source& source) {
  std::vector<Complaint> complaints;
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!introduces_lambda(tokens, i)) continue;
    const auto end = closing(tokens, i);
    if (end == i + 1) continue;  // Captures nothing.
    auto body = end + 1;
    if (body < tokens.size() && tokens[body] == "(") body = closing(tokens, body) + 1;
    while (body < tokens.size() && !(tokens[body] == "{") && !(tokens[body] == ";") &&
           !closes(tokens[body])) {
      ++body;
    }
    if (body >= tokens.size() || !(tokens[body] == "{") || !is_coroutine(tokens, body)) continue;
    complaints.push_back({source.path, tokens[i].line,
                          "a coroutine lambda must not capture: its frame outlives the lambda"});
  }
  return complaints;
}

std::vector<Complaint> check_coroutine_parameters(const Source& source) {
  std::vector<Complaint> complaints;
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto open = tokens[i] == "Task" ? parameters_of_task(tokens, i) : 0;
    if (open == 0) continue;
    const auto end = closing(tokens, open);
    bool is_const = false;
    int angles = 0;
    for (auto at = open + 1; at < end; ++at) {
      if (tokens[at] == "<") ++angles;
      if (tokens[at] == ">") --angles;
      if (tokens[at] == "," && angles == 0) is_const = false;
      if (angles != 0) continue;
      if (tokens[at] == "const") is_const = true;
      const bool rvalue = tokens[at] == "&" && tokens[at + 1] == "&";
      if (!(tokens[at] == "&") || (!rvalue && (!is_const || lives_long(tokens[at - 1])))) continue;
      complaints.push_back({source.path, tokens[at].line,
                            "a coroutine's parameter must not bind to a temporary: take a value"});
      break;
    }
  }
  return complaints;
}

}  // namespace wavetank::tidy
