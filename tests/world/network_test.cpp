#include "sim/world/network.h"

#include <doctest/doctest.h>

#include "sim/kernel/simulation.h"
#include "system/ports/database.h"
#include "system/ports/port.h"

namespace wavetank::sim {
namespace {

struct Wire {
  struct Nowhere final : Port {
    using Port::Port;
    void submit(Call&) override {}
  };
  NetworkSettings settings;
  Simulation simulation{7};
  Nowhere nowhere{simulation.loop(), simulation.gate(), simulation.history()};
  Taken<verb::GetProcess> read{nowhere, *CallOf<verb::GetProcess>::make({})};
  Taken<verb::Advance> write{nowhere, *CallOf<verb::Advance>::make({})};
};

constexpr Bytes size{500};

TEST_CASE("network: a limit makes calls of its verbs as slow as it says, and no others") {
  Wire wire;
  Network network(wire.settings, 7, 0);
  const Duration usual = network.request(*wire.read, size);
  const Duration other = network.reply(*wire.write, size);
  CHECK(network.least(Op::db_get, size) == Duration{});
  network.limit(mask_of(Op::db_get), Bandwidth{1'000});
  CHECK(network.least(Op::db_get, size) == milliseconds(500));
  const Duration on_the_wire = time_for(size, wire.settings.bandwidth);
  CHECK(network.request(*wire.read, size) == usual - on_the_wire + milliseconds(500));
  CHECK(network.reply(*wire.write, size) == other);
  network.limit(mask_of(Op::db_get), Bandwidth{});
  CHECK(network.request(*wire.read, size) == usual);
  // More than the network carries is no limit.
  network.limit(mask_of(Op::db_get), Bandwidth{wire.settings.bandwidth.bytes_per_s * 2});
  CHECK(network.request(*wire.read, size) == usual);
}

TEST_CASE("network: a limit counts where what calls wait for is known as a whole, too") {
  Wire wire;
  Network network(wire.settings, 7, mask_of(Op::db_get));
  CHECK(network.request(*wire.read, size) == Duration{});
  network.limit(mask_of(Op::db_get), Bandwidth{1'000});
  CHECK(network.request(*wire.read, size) == milliseconds(500));
}

}  // namespace
}  // namespace wavetank::sim
