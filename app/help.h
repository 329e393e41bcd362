#pragma once
// What --help prints, in 80 columns.

#include <string>
#include <vector>

#include "app/command.h"

namespace wavetank::app {

struct OptionHelp {
  std::string name;  ///< "--seed N", "SCENARIO"
  std::string help;
};

std::string program_help();
std::string command_help(const CommandType& type, const Command& command,
                         const std::vector<OptionHelp>& options);

}  // namespace wavetank::app
