#include "system/live/drill/undo.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace wavetank::live {
namespace {

/// One process undoes at a time.
class UndoTurn {
 public:
  explicit UndoTurn(const std::filesystem::path& folder)
      : file_(::open((folder / "undo.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    // Where even this file cannot be made, undoing goes on: twice does no harm, not at all does.
    while (file_ >= 0 && ::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  UndoTurn(const UndoTurn&) = delete;
  UndoTurn& operator=(const UndoTurn&) = delete;
  ~UndoTurn() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_;
};

Residue residue_of(const RecordedStrike& one, const std::string& found) {
  return {one.text.what, found + "; by hand: " + one.text.undo};
}

/// Whether there is anything to undo: a strike that counts as undone is looked at only if `again`.
bool is_undone(const RecordedStrike& one, bool again) {
  if (one.state != StrikeState::undone) return false;
  if (!again) return true;
  auto strike = read_strike(one.strike);
  return strike && !(*strike)->verify();
}

Answer<Undone> undo_recorded(const std::filesystem::path& folder, const Patience& patience,
                             const std::function<void(const RecordedStrike&)>& said, bool again) {
  const UndoTurn turn(folder);
  auto record = UndoRecord::open(folder);
  if (!record) return Answer<Undone>::none(record.why());
  Undone undone;
  // A disk so full that nothing can be noted keeps nothing from being undone.
  (void)(*record)->close();
  const auto run = read_undo_record(folder);
  if (!run) return Answer<Undone>::none(run.why());
  for (auto one = run->strikes.rbegin(); one != run->strikes.rend(); ++one) {
    if (is_undone(*one, again)) continue;
    if (said) said(*one);
    auto strike = read_strike(one->strike);
    const Trouble left =
        strike ? undo_strike(**strike, one->state != StrikeState::intended, patience)
               : strike.why();
    if (left) {
      undone.residue.push_back(residue_of(*one, *left));
      continue;
    }
    ++undone.strikes;
    (void)(*record)->undone(one->number);
  }
  return undone;
}

}  // namespace

Trouble undo_strike(Strike& strike, bool applied, const Patience& patience) {
  Trouble trouble;
  for (int attempt = 0; attempt < patience.attempts; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(patience.pause);
    trouble = strike.undo();
    if (!trouble && !applied) {
      std::this_thread::sleep_for(patience.pause);
      trouble = strike.undo();
    }
    if (trouble) continue;
    trouble = strike.verify();
    if (!trouble) return std::nullopt;
  }
  return trouble ? trouble : Trouble("it was never tried");
}

Answer<Undone> undo_all(const std::filesystem::path& folder, const Patience& patience,
                        const std::function<void(const RecordedStrike&)>& said) {
  return undo_recorded(folder, patience, said, false);
}

Answer<Undone> undo_again(const std::filesystem::path& folder, const Patience& patience) {
  return undo_recorded(folder, patience, {}, true);
}

Answer<std::vector<Residue>> audit(const std::filesystem::path& folder) {
  using Found = Answer<std::vector<Residue>>;
  const auto run = read_undo_record(folder);
  if (!run) return Found::none(run.why());
  std::vector<Residue> left;
  for (const RecordedStrike& one : run->strikes) {
    auto strike = read_strike(one.strike);
    const Trouble found = strike ? (*strike)->verify() : strike.why();
    if (found) left.push_back(residue_of(one, *found));
  }
  return left;
}

}  // namespace wavetank::live
