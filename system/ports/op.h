#pragma once
// Every verb of every port, by number and by name.

#include <cstdint>
#include <string_view>

namespace wavetank {

enum class Op : std::uint8_t {
#define OP(name, service, text) name,
#include "system/ports/ops.def"
#undef OP
};

enum class Service : std::uint8_t {
  http,
  callbacks,
  database,
  queue,
  cache,
  objects,
  compute,
  dataset,
  station,
};

const char* name_of(Op op);
const char* name_of(Service service);
Service service_of(Op op);
int op_count();

/// Ops as a bit set.
using OpMask = std::uint64_t;
constexpr OpMask mask_of(Op op) { return OpMask{1} << static_cast<int>(op); }
inline constexpr OpMask all_ops = ~OpMask{0};
/// All ops of a service, or the one op whose text is `name`; 0 if there is no such name.
OpMask ops_named(std::string_view name);

}  // namespace wavetank
