#pragma once
// Secret: what a target needs and its file must not hold.

#include <string>

#include "system/base/fields.h"

namespace wavetank::live {

/// A secret is never in a target file and never printed: a variable or another file holds it.
struct Secret {
  std::string env;
  std::string file;
  bool given() const { return !env.empty() || !file.empty(); }
  /// Its text without the line end; empty where none was given. Throws std::runtime_error, which
  /// names the variable or the file, where it cannot be read.
  std::string read() const;
  void describe(Fields& f);
};

}  // namespace wavetank::live
