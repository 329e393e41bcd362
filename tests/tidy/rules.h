#pragma once

#include <vector>

#include "tests/tidy/source.h"

// The rules that docs/architecture.md and docs/determinism.md state in prose. Each takes one file
// and returns what it found; a rule that does not apply to the file returns nothing.
namespace wavetank::tidy {

/// Who may include whom, and which libraries belong to which folder.
std::vector<Complaint> check_includes(const Source& source);

/// Names whose value differs between runs, machines or standard libraries.
std::vector<Complaint> check_banned_names(const Source& source);

/// Iteration over unordered containers that are declared in the file or in its header.
/// `header` is null if there is none.
std::vector<Complaint> check_unordered_iteration(const Source& source, const Source* header);

/// Pointers as keys, and variables that outlive a run.
std::vector<Complaint> check_pointer_keys(const Source& source);
std::vector<Complaint> check_static_state(const Source& source);

/// system/ must not ask which world it runs in, not even in a comment.
std::vector<Complaint> check_world_blindness(const Source& source);

/// The forms in which gcc 12 compiles co_await correctly.
std::vector<Complaint> check_awaits(const Source& source);

/// A frame outlives its caller's temporaries: no capturing coroutine lambdas, and no parameter that
/// a temporary can bind to. References to ports, Loop, World and the like stay non-const; settings
/// may be const, since the run owns them.
std::vector<Complaint> check_coroutine_lambdas(const Source& source);
std::vector<Complaint> check_coroutine_parameters(const Source& source);

/// Columns, lines a file, lines a function, words that mark unfinished work or vague names.
std::vector<Complaint> check_limits(const Source& source);
std::vector<Complaint> check_function_lengths(const Source& source);
std::vector<Complaint> check_names(const Source& source);

/// Links between pages, and paths that exist on one machine only.
std::vector<Complaint> check_links(const Source& source);
std::vector<Complaint> check_machine_paths(const Source& source);

}  // namespace wavetank::tidy
