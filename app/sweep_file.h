#pragma once
// The results of a sweep as JSON Lines: a first line that says which sweep it is, then a line a
// seed, in order. A file that an interrupted sweep left is continued behind its last whole line.

#include <fstream>
#include <string>
#include <vector>

#include "app/output.h"
#include "scenarios/engine/sweep.h"

namespace wavetank::app {

class SweepFile {
 public:
  /// `header` is the first line of this sweep; seeds begin at `first`. A file that holds another
  /// sweep, or anything else, is left alone: see trouble().
  SweepFile(std::string path, const std::string& header, std::uint64_t first);

  const Trouble& trouble() const { return trouble_; }
  /// The seeds that it held already.
  const std::vector<engine::SweepSeed>& earlier() const { return earlier_; }
  /// Each line is written at once, so that nothing is lost with the process.
  void append(const engine::SweepSeed& seed);
  Trouble finish();

 private:
  void read(const std::string& text, const std::string& header, std::uint64_t first);

  std::string path_;
  Trouble trouble_;
  std::size_t whole_ = 0;  ///< bytes up to the end of the last whole line
  std::vector<engine::SweepSeed> earlier_;
  std::ofstream file_;
};

}  // namespace wavetank::app
