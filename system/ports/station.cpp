#include "system/ports/station.h"

#include "system/base/check.h"

namespace wavetank {

std::uint32_t Station::open(const StationSpec&, const std::vector<NodeId>&) {
  broken(__FILE__, __LINE__, "a world without the power opens no station", "");
}
void Station::handle(Node&, StationHandler) {
  broken(__FILE__, __LINE__, "a world without the power opens no station", "");
}
void Station::observe(StationObserver&) {}

}  // namespace wavetank
