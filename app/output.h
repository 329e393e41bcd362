#pragma once
// Files that a command leaves behind. Each is written beside its place and then moved there, so
// that nobody ever reads half a file. What goes wrong is a sentence; none means that it worked.

#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::app {

using Trouble = std::optional<std::string>;

/// Makes the folder where it is missing, and tries whether files can be made in it.
Trouble prepare_folder(const std::string& folder);

/// Makes the folder of this file where it is missing, and tries whether the file can be written.
Trouble prepare_file(const std::string& path);

/// The same for all that a command is going to write; none may be what it reads, or another of
/// them.
Trouble prepare_files(const std::vector<std::string>& outputs,
                      const std::vector<std::string>& inputs);

Trouble write_file(const std::string& path, std::string_view text);

/// A file that is written bit by bit, and is in its place only after finish(). What is no regular
/// file, such as /dev/stdout, is written into; a link stays one.
class GrowingFile {
 public:
  explicit GrowingFile(std::string path);
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  void write(std::string_view text);
  Trouble finish();

 private:
  std::string path_;
  std::string place_;   ///< where path_ leads to
  std::string beside_;  ///< place_ itself where it cannot be replaced
  std::ofstream file_;
  int error_ = 0;       ///< of the first write that failed
  bool finished_ = false;
};

}  // namespace wavetank::app
