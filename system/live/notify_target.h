#pragma once
// NotifyTarget: the webhook that is told of a run's start, faults, stop and residue.

#include <string>

#include "system/base/fields.h"
#include "system/live/secret.h"

namespace wavetank::live {

struct NotifyTarget {
  std::string url;  ///< empty where the secret has all of it
  Secret secret;    ///< what follows the URL: whoever knows a webhook's address may post to it
  bool given() const { return !url.empty() || secret.given(); }
  /// Where notices go; empty: nowhere. Throws std::runtime_error where the secret cannot be read.
  std::string address() const { return url + secret.read(); }
  void describe(Fields& f);
};

}  // namespace wavetank::live
