#pragma once
// TopicTarget: a topic of a platform that is not ours, and how a message in it is known to be of
// the run: it carries the run's id, or the platform's id of a request that the run has made.
//
// A place in a message: "key", "header:NAME", or a JSON pointer into its body.

#include <string>

#include "system/base/fields.h"

namespace wavetank::live {

struct TopicTarget {
  std::string name;
  std::string run;  ///< the place of what holds the run's id, such as a {key} or {version}
  std::string id;   ///< the place of the platform's own id of a request
  /// Whether a message of the run can be told from others.
  bool tells_ours() const { return !run.empty() || !id.empty(); }
  void describe(Fields& f);
};

}  // namespace wavetank::live
