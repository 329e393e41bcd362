#include "app/repro.h"

namespace wavetank::app {

std::string shell_word(const std::string& word) {
  constexpr const char* harmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,%@";
  if (!word.empty() && word.find_first_not_of(harmless) == word.npos) return word;
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

std::string run_command(const std::string& scenario, std::uint64_t seed,
                        const std::vector<std::string>& sets, const std::string& load,
                        bool swarm) {
  return "wavetank run " + shell_word(scenario) + " --seed " + std::to_string(seed) +
         (swarm ? " --swarm" : "") + overrides_text(sets, load);
}

std::string overrides_text(const std::vector<std::string>& sets, const std::string& load) {
  std::string out;
  for (const std::string& set : sets) {
    if (!set.starts_with("seed=")) out += " --set " + shell_word(set);
  }
  if (!load.empty()) out += " --load " + shell_word(load);
  return out;
}

std::string break_command(const std::string& scenario, const std::vector<std::string>& breaks,
                          const std::string& load) {
  if (breaks.empty()) return "";
  return "wavetank run " + shell_word(scenario) + overrides_text(breaks, load);
}

}  // namespace wavetank::app
