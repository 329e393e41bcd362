#include "system/ports/op.h"

#include <iterator>

namespace wavetank {
namespace {

struct Row {
  const char* text;
  Service service;
};

constexpr Row rows[] = {
#define OP(name, service, text) {text, Service::service},
#include "system/ports/ops.def"
#undef OP
};
static_assert(std::size(rows) <= 64, "OpMask holds 64 verbs");

constexpr const char* services[] = {"http",    "callbacks", "database", "queue",  "cache",
                                    "objects", "compute",   "dataset",  "station"};

}  // namespace

const char* name_of(Op op) {
  return rows[static_cast<int>(op)].text;
}
const char* name_of(Service service) {
  return services[static_cast<int>(service)];
}
Service service_of(Op op) {
  return rows[static_cast<int>(op)].service;
}
int op_count() {
  return static_cast<int>(std::size(rows));
}

OpMask ops_named(std::string_view name) {
  OpMask mask = 0;
  for (int i = 0; i < op_count(); ++i) {
    if (name == rows[i].text || name == name_of(rows[i].service)) mask |= OpMask{1} << i;
  }
  return mask;
}

}  // namespace wavetank
