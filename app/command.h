#pragma once
// Command: one word of the command line, with its options, in a file of its own. To add one:
// NAME.cpp with make_NAME(), and a row in commands.def.

#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

namespace wavetank::app {

/// What wavetank ends with, and 128 + N after signal N. Those of runs are the codes of verdicts:
/// see scenarios/engine/verdict.h.
enum ExitCode {
  exit_ok = 0,
  exit_error = 1,
  exit_usage = 2,
  exit_breached = 3,
  exit_invalid = 4,
  exit_stopped = 5,  ///< by a safety rule, or not begun because of one
  exit_residue = 6,
};

/// Takes down what a command can be told. What is bound here is set before the command runs.
class Options {
 public:
  virtual ~Options() = default;
  virtual void flag(const char* name, bool& value, const char* help) = 0;
  /// `type` is how the help names its value: "FILE".
  virtual void value(const char* name, std::string& value, const char* type, const char* help) = 0;
  /// May be given several times.
  virtual void values(const char* name, std::vector<std::string>& values, const char* type,
                      const char* help) = 0;
  virtual void argument(const char* name, std::string& value, const char* help, bool required) = 0;
};

/// Where a command writes: what was asked for to `out`, everything else to `err`.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Options& options) = 0;
  /// Lines for the end of its help; may be empty.
  virtual const char* examples() const { return ""; }
  /// Returns the exit code.
  virtual int run(Streams& streams) = 0;
};

struct CommandType {
  const char* name;
  const char* argument;
  const char* help;
  std::unique_ptr<Command> (*make)();
};

/// The rows of commands.def.
std::span<const CommandType> command_types();

}  // namespace wavetank::app
