#include "app/help.h"

#include "reports/words.h"

namespace wavetank::app {
namespace {

constexpr std::size_t name_width = 20;

void add_row(std::string& out, const std::string& name, const std::string& help) {
  std::string before = "  " + reports::left(name, name_width);
  // A name that is too wide has a line of its own.
  if (reports::columns(name) >= name_width) {
    out += "  " + name + '\n';
    before = std::string(2 + name_width, ' ');
  }
  for (const std::string& line : reports::wrapped(help, 78 - name_width)) {
    out += before + line + '\n';
    before = std::string(2 + name_width, ' ');
  }
}

std::string usage_of(const CommandType& type) {
  const std::string argument = type.argument;
  return std::string(type.name) + (argument.empty() ? "" : " " + argument);
}

}  // namespace

std::string program_help() {
  std::string out =
      "wavetank: a wave tank for data platforms. A scale model of the platform runs\n"
      "under load, faults strike it, and every check says what held.\n\n"
      "usage: wavetank COMMAND [OPTIONS]\n\n";
  for (const CommandType& type : command_types()) add_row(out, usage_of(type), type.help);
  out += '\n';
  add_row(out, "--help", "This text; after a command, what the command takes.");
  add_row(out, "--version", "Print the version.");
  out +=
      "\nstart with\n"
      "  wavetank init my_platform\n"
      "  wavetank run my_platform/first_drill.json\n"
      "\nexit codes\n"
      "  0 pass   1 wavetank failed   2 bad usage or scenario\n"
      "  3 a threshold, an invariant or recovery is breached\n"
      "  4 the run is not valid: no steady state, or a fault never fired\n"
      "  5 stopped by a safety rule   6 something was left behind\n"
      "  130, 143 interrupted; a partial report is written\n";
  return out;
}

std::string command_help(const CommandType& type, const Command& command,
                         const std::vector<OptionHelp>& options) {
  std::string out = std::string(type.help) + "\n\nusage: wavetank " + usage_of(type) +
                    (options.empty() ? "" : " [OPTIONS]") + "\n";
  if (!options.empty()) out += '\n';
  for (const OptionHelp& option : options) add_row(out, option.name, option.help);
  const std::string examples = command.examples();
  if (!examples.empty()) out += "\nexamples\n" + examples;
  return out;
}

}  // namespace wavetank::app
