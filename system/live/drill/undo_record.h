#pragma once
// The undo record of a run: DIR/undo.jsonl, one line a step, on disk before the step is taken.
// Whoever reads it, at any moment and after any kill, knows all that may have to be undone.
//
//   {"wavetank":"undo","version":1,"run":"...","target":"...",...}             RecordHead
//   {"n":1,"state":"intended","what":"...","undo":"curl ...","strike":{...}}
//   {"n":1,"state":"running","more":{...}}      what Strike::Note added
//   {"n":1,"state":"applied"}
//   {"n":1,"state":"undone"}
//   {"state":"closed"}                          nothing more may be applied
//
// Several processes may append: the run, its watchdog, `wavetank undo`. A line that was torn by a
// kill or a full disk was never acted upon, and is skipped.

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "system/live/drill/strike.h"
#include "system/live/notify_target.h"

namespace wavetank::live {

enum class StrikeState : std::uint8_t { intended, applied, undone };

struct RecordedStrike {
  int number = 0;
  StrikeState state = StrikeState::intended;
  StrikeText text;
  nlohmann::json strike;  ///< for read_strike, with all that was noted
};

/// What whoever undoes a run needs to know of it.
struct RecordHead {
  std::string run;
  std::string target;                ///< its file
  std::vector<std::string> sets{};   ///< what --set-target overrode in it
  std::string name{};                ///< of the target
  std::vector<std::string> allow{};  ///< its networks: nobody goes elsewhere to undo
  NotifyTarget notify{};             ///< who is told of residue
};

struct RecordedRun : RecordHead {
  bool closed = false;
  int torn = 0;                         ///< lines that could not be read
  std::vector<RecordedStrike> strikes;  ///< in the order of their numbers
};

std::filesystem::path undo_file(const std::filesystem::path& folder);

/// All that the record says. Trouble only where there is none, or its first line is not ours.
Answer<RecordedRun> read_undo_record(const std::filesystem::path& folder);

/// What is not undone, the latest first, with the commands that undo it.
std::vector<StrikeText> standing(const RecordedRun& run);

/// Not copied, one thread at a time.
class UndoRecord {
 public:
  /// A new one, on disk with its folder, or none at all. Refused where the folder has one already.
  static Answer<std::unique_ptr<UndoRecord>> create(const std::filesystem::path& folder,
                                                    const RecordHead& head);
  /// One that is there, to append to.
  static Answer<std::unique_ptr<UndoRecord>> open(const std::filesystem::path& folder);
  UndoRecord(const UndoRecord&) = delete;
  UndoRecord& operator=(const UndoRecord&) = delete;
  ~UndoRecord();

  /// The number that the strike has from now on. Where there is none, it must not be applied: the
  /// disk is full, or the record was closed.
  Answer<int> intend(const Strike& strike);
  /// Refused where the record was closed meanwhile: then the caller undoes the strike at once.
  Trouble running(int number, const nlohmann::json& more);
  Trouble applied(int number);
  Trouble undone(int number);
  /// From now on nothing more is applied. For who undoes a run that may still live.
  Trouble close();

 private:
  explicit UndoRecord(int file) : file_(file) {}
  Trouble append(const nlohmann::json& line, bool only_open);
  bool closed_by_another();

  int file_;
  int last_ = 0;
  std::int64_t seen_ = 0;  ///< bytes of the file that were looked through for "closed"
  bool closed_ = false;
};

}  // namespace wavetank::live
