#pragma once
// Undoes what a record says may be there. Safe to run any number of times, by any process on the
// machine that ran the drill, while another does the same: one waits for the other.

#include <chrono>
#include <filesystem>
#include <functional>
#include <vector>

#include "system/live/drill/undo_record.h"

namespace wavetank::live {

struct Patience {
  int attempts = 5;                        ///< at each strike
  std::chrono::milliseconds pause{500};    ///< between them
};

/// Undoes one strike and checks that nothing of it is left; the trouble is what is left. Where it
/// is not known whether it was applied, undoes it twice: its request may still be on its way.
Trouble undo_strike(Strike& strike, bool applied, const Patience& patience = {});

struct Undone {
  int strikes = 0;                ///< that this call undid
  std::vector<Residue> residue;   ///< what it could not
};

/// Closes the record, then undoes every strike that is not undone, the latest first.
/// `said` is told of each before it is undone.
Answer<Undone> undo_all(const std::filesystem::path& folder, const Patience& patience = {},
                        const std::function<void(const RecordedStrike&)>& said = {});

/// Looks at those that count as undone as well, and undoes what is there all the same. Only while
/// the drill's hold on the target lasts: later it might be someone else's doing.
Answer<Undone> undo_again(const std::filesystem::path& folder, const Patience& patience = {});

/// Reads back every strike of the record, undone or not, and tells what is left. Touches nothing.
Answer<std::vector<Residue>> audit(const std::filesystem::path& folder);

}  // namespace wavetank::live
