#pragma once
// ObjectClient: raw objects by key, on an S3 server or in a folder. Calls block; a client belongs
// to one thread. Failures: refused, reset, timeout, throttled (429, 503), conflict (412),
// not_found, invalid (credentials, bucket, key: no retry helps), disk_full, killed (stopped),
// unavailable.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "system/base/result.h"
#include "system/base/time.h"
#include "system/live/target.h"

namespace wavetank::live {

/// Names of lower case letters, digits and dashes; values of printable ASCII.
using ObjectMetadata = std::map<std::string, std::string>;

/// Bytes in memory, or those of a file where it is named. What it refers to outlives the call.
struct ObjectBody {
  std::string_view bytes;
  std::filesystem::path file;
};

struct PutOptions {
  bool if_absent = false;  ///< conflict where the key exists
  ObjectMetadata metadata;
};

struct ByteRange {
  std::int64_t from = 0;
  std::int64_t count = std::numeric_limits<std::int64_t>::max();  ///< or what there is
};

struct ObjectHead {
  std::int64_t size = 0;
  ObjectMetadata metadata;
};

struct ObjectEntry {
  std::string key;
  std::int64_t size = 0;
};

/// In the order of keys.
struct ObjectPage {
  std::vector<ObjectEntry> entries;
  std::string next;  ///< pass as `after` for the page that follows; empty where this is the last
};

class ObjectClient {
 public:
  virtual ~ObjectClient() = default;

  /// Whole or not at all.
  virtual Result<Done> put(const std::string& key, const ObjectBody& body,
                           const PutOptions& options) = 0;
  virtual Result<std::string> get(const std::string& key, ByteRange range) = 0;
  virtual Result<ObjectHead> head(const std::string& key) = 0;
  virtual Result<ObjectPage> list(const std::string& prefix, const std::string& after,
                                  std::int64_t most) = 0;
  /// Absent is fine.
  virtual Result<Done> remove(const std::string& key) = 0;

  /// Every later call ends after so long at the latest.
  void limit(Duration within) { within_ = within; }
  /// Every later call is given up, as killed, soon after `stopped` says so.
  void watch(std::function<bool()> stopped) { stopped_ = std::move(stopped); }
  /// What went wrong last, for people: status, code, place. No secret is in it.
  const std::string& trouble() const { return trouble_; }

 protected:
  Failure fail(Failure failure, std::string trouble) {
    trouble_ = std::move(trouble);
    return failure;
  }

  Duration within_ = whole_seconds(30);
  std::function<bool()> stopped_;

 private:
  std::string trouble_;
};

/// Throws std::runtime_error where a secret or the folder cannot be read or a setting is missing.
std::unique_ptr<ObjectClient> open_objects(const ObjectsTarget& target);

/// Every entry below `prefix`, page by page.
Result<std::vector<ObjectEntry>> list_all(ObjectClient& client, const std::string& prefix);
/// Removes everything below `prefix`; how many there were.
Result<std::int64_t> remove_all(ObjectClient& client, const std::string& prefix);

/// Writes, reads and removes one object below `prefix`, and puts it twice: servers exist that take
/// no notice of If-None-Match. Empty where all is well, else what is wrong.
std::string check_objects(ObjectClient& client, const std::string& prefix);

}  // namespace wavetank::live
