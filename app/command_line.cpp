#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <new>

#include "app/command.h"
#include "app/help.h"
#include "scenarios/engine/text/nearest.h"
#include "scenarios/engine/text/problem.h"
#include "wavetank_version.h"

namespace wavetank::app {

#define COMMAND(name, argument, help) std::unique_ptr<Command> make_##name();
#include "app/commands.def"
#ifdef WAVETANK_LIVE
#include "app/live/commands.def"
#endif
#undef COMMAND

std::span<const CommandType> command_types() {
  static constexpr CommandType types[] = {
#define COMMAND(name, argument, help) {#name, argument, help, make_##name},
#include "app/commands.def"
#ifdef WAVETANK_LIVE
#include "app/live/commands.def"
#endif
#undef COMMAND
  };
  return types;
}

namespace {

/// Declares options to the parser, and remembers them for help and for "did you mean".
class ParsedOptions final : public Options {
 public:
  explicit ParsedOptions(CLI::App& parser) : parser_(parser) {}

  void flag(const char* name, bool& value, const char* help) override {
    parser_.add_flag(name, value);
    add(name, "", help);
  }
  void value(const char* name, std::string& value, const char* type, const char* help) override {
    parser_.add_option(name, value)->type_name(type);
    add(name, type, help);
  }
  void values(const char* name, std::vector<std::string>& values, const char* type,
              const char* help) override {
    // Each --set takes one text, so that what follows it stays an argument.
    parser_.add_option(name, values)->type_name(type)->type_size(1)->expected(1)->take_all();
    add(name, type, help);
  }
  void argument(const char* name, std::string& value, const char* help, bool required) override {
    parser_.add_option(name, value);
    arguments_.push_back({name, &value, required});
    help_.insert(help_.begin() + static_cast<std::ptrdiff_t>(arguments_.size()) - 1, {name, help});
  }

  const std::vector<OptionHelp>& help() const { return help_; }
  const std::vector<std::string>& names() const { return names_; }

  /// The first required argument that was not given.
  const char* missing() const {
    for (const Argument& one : arguments_) {
      if (one.required && one.value->empty()) return one.name;
    }
    return nullptr;
  }

 private:
  struct Argument {
    const char* name;
    const std::string* value;
    bool required;
  };

  void add(const std::string& name, const std::string& type, const char* help) {
    help_.push_back({type.empty() ? name : name + ' ' + type, help});
    names_.push_back(name);
  }

  CLI::App& parser_;
  std::vector<Argument> arguments_;
  std::vector<OptionHelp> help_;
  std::vector<std::string> names_;
};

int refuse(std::ostream& err, const std::string& what, const std::string& hint) {
  err << "wavetank: " << what << '.' << (hint.empty() ? "" : ' ' + hint) << '\n';
  return exit_usage;
}

const CommandType* find_command(const std::string& word) {
  for (const CommandType& type : command_types()) {
    if (word == type.name) return &type;
  }
  return nullptr;
}

/// A command of the live world, in a build without it.
bool needs_live_world(const std::string& word) {
  for (const std::string_view name : {
#define COMMAND(name, argument, help) #name,
#include "app/live/commands.def"
#undef COMMAND
       }) {
    if (word == name) return true;
  }
  return false;
}

int unknown_command(const std::string& word, std::ostream& err) {
  std::vector<std::string> names;
  for (const CommandType& type : command_types()) names.emplace_back(type.name);
  if (word.starts_with('-')) {
    return refuse(err, "unknown option " + engine::in_quotes(word),
                  "Options follow a command: wavetank run SCENARIO " + engine::printable(word));
  }
  if (needs_live_world(word)) {
    return refuse(err, word + " needs the live world, which this build does not have",
                  "./dev build live makes one that has: build/live/wavetank.");
  }
  const std::string hint = word.ends_with(".json")
                               ? "To run a scenario: wavetank run " + engine::printable(word, 200)
                               : engine::nearest_hint(word, names, "commands");
  return refuse(err, "unknown command " + engine::in_quotes(word), hint);
}

/// What the parser left over: an option it does not know, or an argument too many.
int left_over(const std::string& word, const CommandType& type, const ParsedOptions& options,
              std::ostream& err) {
  const std::string name = word.substr(0, word.find('='));
  const std::string more = "See wavetank " + std::string(type.name) + " --help.";
  if (!word.starts_with('-') || word == "-") {
    return refuse(err, "one argument too many: " + engine::in_quotes(word), more);
  }
  const auto meant = engine::nearest(name, options.names());
  return refuse(err, "unknown option " + engine::in_quotes(name) + " of " + type.name,
                meant ? "Did you mean " + *meant + "?" : more);
}

int run_command(const CommandType& type, std::vector<std::string> words, Streams& streams) {
  CLI::App parser;
  parser.set_help_flag("");
  parser.allow_extras();
  bool help = false;
  parser.add_flag("--help,-h", help);
  const std::unique_ptr<Command> command = type.make();
  ParsedOptions options(parser);
  command->declare(options);
  std::reverse(words.begin(), words.end());  // as the parser takes them
  try {
    parser.parse(words);
  } catch (const CLI::ParseError& error) {
    return refuse(streams.err, engine::printable(error.what(), 300),
                  "See wavetank " + std::string(type.name) + " --help.");
  }
  if (help) {
    streams.out << command_help(type, *command, options.help());
    return exit_ok;
  }
  if (const auto rest = parser.remaining(); !rest.empty()) {
    return left_over(rest.front(), type, options, streams.err);
  }
  if (const char* missing = options.missing()) {
    return refuse(streams.err, std::string(type.name) + " needs " + missing,
                  "See wavetank " + std::string(type.name) + " --help.");
  }
  return command->run(streams);
}

int dispatch(const std::vector<std::string>& words, Streams& streams) {
  if (words.empty()) {
    streams.err << program_help();
    return exit_usage;
  }
  const std::string& first = words.front();
  if (first == "--help" || first == "-h" || (first == "help" && words.size() == 1)) {
    streams.out << program_help();
    return exit_ok;
  }
  if (first == "--version") {
    streams.out << "wavetank " << wavetank_version << '\n';
    return exit_ok;
  }
  if (first == "help") return dispatch({words[1], "--help"}, streams);
  const CommandType* type = find_command(first);
  if (type == nullptr) return unknown_command(first, streams.err);
  return run_command(*type, {words.begin() + 1, words.end()}, streams);
}

}  // namespace

int command_line(int argc, char** argv) {
  Streams streams{std::cout, std::cerr};
  int code = exit_error;
  try {
    code = dispatch({argv + (argc > 0 ? 1 : 0), argv + argc}, streams);
  } catch (const std::bad_alloc&) {
    std::cerr << "wavetank: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "wavetank: " << error.what() << '\n';
  }
  std::cout.flush();
  if (std::cout.fail() && code == exit_ok) {
    std::cerr << "wavetank: standard output could not be written\n";
    return exit_error;
  }
  return code;
}

}  // namespace wavetank::app
