#pragma once
// Commands as a shell takes them.

#include <cstdint>
#include <string>
#include <vector>

namespace wavetank::app {

/// A word in single quotes where a shell would read something else in it.
std::string shell_word(const std::string& word);

/// "wavetank run FILE --seed 42 --set a=b --load 2x --swarm". Overrides of the seed are left out.
std::string run_command(const std::string& scenario, std::uint64_t seed,
                        const std::vector<std::string>& sets, const std::string& load,
                        bool swarm = false);

/// " --set a=b --load 2x": what follows a scenario and its seed in any command.
std::string overrides_text(const std::vector<std::string>& sets, const std::string& load);

/// What the scenario says would break it, under the same load; empty where it says nothing.
std::string break_command(const std::string& scenario, const std::vector<std::string>& breaks,
                          const std::string& load);

}  // namespace wavetank::app
