#include <algorithm>
#include <map>
#include <set>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {
namespace {

using Tokens = std::vector<Token>;

bool is_deterministic_code(const Source& source) {
  if (is_below(source.path, "system/live")) return false;
  for (const auto folder : {"system", "sim", "faults", "scenarios", "reports"}) {
    if (is_below(source.path, folder)) return is_cpp(source);
  }
  return false;
}

const std::map<std::string, std::string>& replacements() {
  static const std::string clock = "the time of the caller's Loop";
  static const std::string draw = "an entity draw or a named stream (system/base/random.h)";
  static const std::string loop = "tasks on the one Loop";
  static const std::string setting = "a setting of the scenario";
  static const std::string fixed = "the fixed-point functions of sim/random";
  static const std::map<std::string, std::string> names = {
      {"system_clock", clock},
      {"steady_clock", clock},
      {"high_resolution_clock", clock},
      {"clock_gettime", clock},
      {"gettimeofday", clock},
      {"random_device", draw},
      {"mt19937", draw},
      {"mt19937_64", draw},
      {"default_random_engine", draw},
      {"random_shuffle", draw},
      {"jthread", loop},
      {"this_thread", loop},
      {"condition_variable", loop},
      {"shared_mutex", loop},
      {"recursive_mutex", loop},
      {"lock_guard", loop},
      {"unique_lock", loop},
      {"scoped_lock", loop},
      {"getenv", setting},
      {"secure_getenv", setting},
      {"uintptr_t", "a dense id: addresses differ between runs"},
      {"intptr_t", "a dense id: addresses differ between runs"},
      {"log1p", fixed},
      {"expm1", fixed},
      {"tgamma", fixed},
      {"lgamma", fixed},
      {"cbrt", fixed},
      {"hypot", fixed},
      {"execution", "a plain algorithm"},
  };
  return names;
}

/// Names that are banned only as std::NAME, since plain words elsewhere use them.
const std::map<std::string, std::string>& std_replacements() {
  static const std::string fixed = "the fixed-point functions of sim/random";
  static const std::string loop = "tasks on the one Loop";
  static const std::map<std::string, std::string> names = {
      {"log", fixed},
      {"log2", fixed},
      {"log10", fixed},
      {"exp", fixed},
      {"exp2", fixed},
      {"pow", fixed},
      {"sin", fixed},
      {"cos", fixed},
      {"tan", fixed},
      {"atan2", fixed},
      {"fma", fixed},
      {"erf", fixed},
      {"thread", loop},
      {"mutex", loop},
      {"future", loop},
      {"async", loop},
      {"promise", loop},
      {"rand", "an entity draw (system/base/random.h)"},
      {"time", "the time of the caller's Loop"},
      {"clock", "the time of the caller's Loop"},
  };
  return names;
}

bool is_unordered(const Token& token) {
  return token == "unordered_map" || token == "unordered_set" || token == "unordered_multimap" ||
         token == "unordered_multiset";
}

/// The index after the '>' that closes the '<' at `open`; `open` itself if it opens nothing.
std::size_t after_template(const Tokens& tokens, std::size_t open) {
  if (open >= tokens.size() || !(tokens[open] == "<")) return open;
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i] == "<") ++depth;
    if (tokens[i] == ">" && --depth == 0) return i + 1;
    if (tokens[i] == ";") return open;
  }
  return open;
}

void collect_unordered(const Source& source, std::set<std::string>& names) {
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_unordered(tokens[i])) continue;
    auto next = after_template(tokens, i + 1);
    while (next < tokens.size() && (tokens[next] == "&" || tokens[next] == "const")) ++next;
    if (next < tokens.size() && tokens[next].kind == Kind::word) {
      names.insert(tokens[next].spelling);
    }
  }
}

/// For a range-for whose '(' is at `open`: the index of its ':', or 0.
std::size_t range_colon(const Tokens& tokens, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (tokens[i] == "(") ++depth;
    if (tokens[i] == ")" && --depth == 0) return 0;
    if (tokens[i] == ";") return 0;
    if (tokens[i] == ":" && depth == 1) return i;
  }
  return 0;
}

}  // namespace

std::vector<Complaint> check_banned_names(const Source& source) {
  std::vector<Complaint> complaints;
  if (!is_deterministic_code(source)) return complaints;
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& name = tokens[i].spelling;
    if (tokens[i].kind != Kind::word) continue;
    const bool in_std = i >= 2 && tokens[i - 1] == "::" && tokens[i - 2] == "std";
    std::string use;
    if (const auto found = replacements().find(name); found != replacements().end()) {
      use = found->second;
    } else if (in_std && name.ends_with("_distribution")) {
      use = "a sampler of sim/random: the standard's differ between libraries";
    } else if (const auto row = std_replacements().find(name);
               in_std && row != std_replacements().end()) {
      use = row->second;
    }
    if (!use.empty()) {
      complaints.push_back({source.path, tokens[i].line, name + " is banned here; use " + use});
    }
  }
  return complaints;
}

std::vector<Complaint> check_unordered_iteration(const Source& source, const Source* header) {
  std::vector<Complaint> complaints;
  if (!is_deterministic_code(source)) return complaints;
  std::set<std::string> names;
  collect_unordered(source, names);
  if (header != nullptr) collect_unordered(*header, names);
  const auto& tokens = source.tokens;
  const auto complain = [&](const Token& token) {
    complaints.push_back({source.path, token.line,
                          "the order of " + token.spelling +
                              " is not defined; use a map, a sorted "
                              "vector or dense ids"});
  };
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i] == "for" && tokens[i + 1] == "(") {
      const auto colon = range_colon(tokens, i + 1);
      if (colon == 0) continue;
      // The last word before the closing bracket names the range: items, this->items, a.items.
      auto last = colon + 1;
      while (last + 1 < tokens.size() &&
             (tokens[last + 1] == "." || tokens[last + 1] == "->" ||
              (tokens[last + 1].kind == Kind::word && !(tokens[last] == ")")))) {
        ++last;
      }
      if (names.contains(tokens[last].spelling)) complain(tokens[last]);
    }
    const bool begins = tokens[i + 2] == "begin" || tokens[i + 2] == "cbegin";
    if (begins && names.contains(tokens[i].spelling)) complain(tokens[i]);
  }
  return complaints;
}

std::vector<Complaint> check_pointer_keys(const Source& source) {
  std::vector<Complaint> complaints;
  if (!is_deterministic_code(source)) return complaints;
  static const std::set<std::string> keyed = {
      "map",           "set",  "multimap", "multiset",      "less",
      "unordered_map", "hash", "greater",  "unordered_set", "priority_queue"};
  const auto& tokens = source.tokens;
  for (std::size_t i = 2; i + 1 < tokens.size(); ++i) {
    if (!keyed.contains(tokens[i].spelling) || !(tokens[i - 1] == "::")) continue;
    const auto end = after_template(tokens, i + 1);
    int depth = 0;
    for (auto at = i + 1; at < end; ++at) {
      if (tokens[at] == "<") ++depth;
      if (tokens[at] == ">") --depth;
      if (depth == 1 && tokens[at] == ",") break;  // The key ends here.
      if (depth == 1 && tokens[at] == "*") {
        complaints.push_back({source.path, tokens[at].line,
                              "a pointer orders or hashes by address; key by a dense id"});
        break;
      }
    }
  }
  return complaints;
}

std::vector<Complaint> check_static_state(const Source& source) {
  std::vector<Complaint> complaints;
  if (!is_deterministic_code(source)) return complaints;
  const bool holds_current_run = is_below(source.path, "system/base");
  const auto& tokens = source.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool local_to_thread = tokens[i] == "thread_local";
    if (!local_to_thread && !(tokens[i] == "static")) continue;
    bool is_constant = false;
    bool is_function = false;
    const auto from = i > 0 && tokens[i - 1].kind == Kind::word ? i - 1 : i;
    for (auto at = from; at < tokens.size(); ++at) {
      const auto& token = tokens[at];
      if (token == "const" || token == "constexpr" || token == "consteval") is_constant = true;
      if (token == "thread_local" && holds_current_run) is_constant = true;
      if (token == "(") is_function = true;
      if (token == ";" || token == "=" || token == "{" || token == "(") break;
    }
    if (is_constant || (is_function && !local_to_thread)) continue;
    complaints.push_back({source.path, tokens[i].line,
                          "state that outlives a run; let the run's World or service own it"});
  }
  return complaints;
}

std::vector<Complaint> check_world_blindness(const Source& source) {
  std::vector<Complaint> complaints;
  if (!is_below(source.path, "system") || is_below(source.path, "system/live")) return complaints;
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    auto line = source.lines[i];
    std::transform(line.begin(), line.end(), line.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const auto word : {"is_sim", "simulated"}) {
      if (line.find(word) == std::string::npos) continue;
      complaints.push_back({source.path, static_cast<int>(i) + 1,
                            "system/ must not know its world: ask the port or a setting"});
      break;
    }
  }
  return complaints;
}

}  // namespace wavetank::tidy
