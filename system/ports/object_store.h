#pragma once
// ObjectStore: parts and manifests under {entity_id}/{data_version}/. Throttled above the rate of a
// prefix (HTTP 503); a conditional put fails with conflict where the key exists.

#include "system/ports/port.h"
#include "system/ports/task.h"

namespace wavetank {

/// A part as its writer describes it.
struct Part {
  std::uint32_t index = 0;
  std::uint32_t attempt = 0;  ///< part of the name only where parts are not immutable
  std::int64_t rows_in = 0;
  std::int64_t rows_out = 0;
  std::int64_t rows_rejected = 0;
  std::uint64_t digest = 0;
};

namespace verb {

struct PutObject {
  static constexpr Op op = Op::objects_put;
  struct Args {
    OutputId output;
    bool is_manifest = false;
    bool if_absent = true;
    Bytes size{};
    Part part;
    Slot slot;  ///< a part: the attempt that encoded it
    Manifest manifest;
  };
  struct Reply {
    bool overwrote = false;
  };
};

struct GetManifest {
  static constexpr Op op = Op::objects_get;
  using Args = OutputId;
  using Reply = Manifest;  ///< not_found
};

struct ListParts {
  static constexpr Op op = Op::objects_list;
  using Args = OutputId;
  struct Reply {
    std::uint32_t parts = 0;
    std::int64_t rows_in = 0;
    std::int64_t rows_out = 0;
    std::int64_t rows_rejected = 0;
    std::uint64_t digest = 0;
  };
};

}  // namespace verb

class ObjectStore : public Port {
 public:
  using Port::Port;

  CallAwaiter<verb::PutObject> put(Node& from, verb::PutObject::Args args, const CallInfo& info) {
    return CallAwaiter<verb::PutObject>(*this, make<verb::PutObject>(from, server(), args, info));
  }
  CallAwaiter<verb::GetManifest> get(Node& from, OutputId output, const CallInfo& info) {
    return CallAwaiter<verb::GetManifest>(
        *this, make<verb::GetManifest>(from, server(), output, info));
  }
  CallAwaiter<verb::ListParts> list(Node& from, OutputId output, const CallInfo& info) {
    return CallAwaiter<verb::ListParts>(*this, make<verb::ListParts>(from, server(), output, info));
  }
  virtual NodeId server() const = 0;
};

}  // namespace wavetank
