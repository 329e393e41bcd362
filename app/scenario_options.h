#pragma once
// What every command that runs a scenario takes: which file, which seed, what to override.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.h"

namespace wavetank::app {

struct ScenarioOptions {
  std::string path, seed_text, load;
  std::vector<std::string> sets;  ///< as given; understand() appends the seed
  std::optional<std::uint64_t> seed;
  double load_factor = 1;

  void declare(Options& options);
  /// False, with a message, where a text is none of its kind.
  bool understand(Streams& streams);
};

/// A count such as 500 or 10k, between `least` and `most`. None, with a message that names the
/// option, where it is none.
std::optional<std::uint64_t> read_count(const char* option, const std::string& text,
                                        std::uint64_t least, std::uint64_t most,
                                        std::ostream& err);

/// Declares --threads; read_threads() gives the machine's own number where it was left out.
void declare_threads(Options& options, std::string& text);
std::optional<std::size_t> read_threads(const std::string& text, std::ostream& err);

}  // namespace wavetank::app
