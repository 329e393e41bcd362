#pragma once
// Whether the run of a folder still lives: it holds a lock on DIR/run.lock, which the kernel lets
// go of with its last breath.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "system/live/drill/trouble.h"

namespace wavetank::live {

class RunHold {
 public:
  /// Refused while another process holds it.
  static Answer<std::unique_ptr<RunHold>> take(const std::filesystem::path& folder);
  RunHold(const RunHold&) = delete;
  RunHold& operator=(const RunHold&) = delete;
  ~RunHold();

 private:
  explicit RunHold(int file) : file_(file) {}
  int file_;
};

/// The process that holds it, in words; nothing where none does.
std::optional<std::string> run_holder(const std::filesystem::path& folder);

}  // namespace wavetank::live
