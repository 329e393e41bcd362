#pragma once
// Files that a command leaves behind. Each is written beside its place and then moved there, so
// that nobody ever reads half a file. What goes wrong is a sentence; none means that it worked.

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace wavetank::app {

using Trouble = std::optional<std::string>;

/// Makes the folder where it is missing, and tries whether files can be made in it.
Trouble prepare_folder(const std::string& folder);

/// Whether the folder of this file is there and can be written.
Trouble prepare_file(const std::string& path);
/// The same, and makes the folder where it is missing.
Trouble prepare_file_and_folder(const std::string& path);

Trouble write_file(const std::string& path, std::string_view text);

/// A file that is written bit by bit, and is in its place only after finish().
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
  std::string beside_;
  std::ofstream file_;
  bool finished_ = false;
};

}  // namespace wavetank::app
