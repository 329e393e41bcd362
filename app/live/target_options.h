#pragma once
// What commands on one target are told of it, and its reading.

#include <optional>
#include <string>
#include <vector>

#include "app/command.h"
#include "system/live/service_check.h"
#include "system/live/target.h"

namespace wavetank::app {

struct TargetOptions {
  std::string path;
  std::vector<std::string> sets;

  void declare(Options& options, const char* help = "The platform.");
  /// None, with messages, where no file was named or anything in it is wrong, or outside its
  /// `allow`: nothing of it is touched then, and later nothing outside.
  std::optional<live::Target> read(const char* command, Streams& streams) const;
};

/// From now on no client of this process connects to what is not in the target's `allow`. False,
/// with messages, where something that it names is known to lie outside.
bool keep_in_reach(const live::Target& target, std::ostream& err);

/// Whether an address, a host with or without a port, is one of this machine's own.
bool is_here(std::string_view address);
/// Whether it names processes, and all of them are here.
bool on_this_machine(const live::Target& target);

/// Makes the topics of a target that it lacks. Throws std::runtime_error where it cannot.
void make_topics(const live::Target& target);

/// Whether what of its services is wanted answers as its file says; else each trouble is told.
bool services_answer(const live::Target& target, live::ServicesWanted wanted, std::ostream& err);

}  // namespace wavetank::app
