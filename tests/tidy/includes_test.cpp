#include "tests/tidy/expect.h"

using namespace wavetank::tidy;

namespace {

std::size_t complaints(const std::string& path, const std::string& include) {
  return complaints_of(check_includes, path, "#include " + include + "\n");
}

}  // namespace

TEST_CASE("tidy: every include obeys the dependency rule") { expect_clean_tree(check_includes); }

TEST_CASE("tidy: the include rule finds forbidden edges") {
  CHECK(complaints("system/base/x.h", "\"system/base/time.h\"") == 0);
  CHECK(complaints("system/base/x.h", "\"system/ports/op.h\"") == 1);
  CHECK(complaints("system/api.cpp", "\"system/ports/op.h\"") == 0);
  CHECK(complaints("system/api.cpp", "\"tests/tidy/rules.h\"") == 1);
  CHECK(complaints("sim/world/x.cpp", "\"system/ports/op.h\"") == 0);
  CHECK(complaints("scenarios/engine/x.cpp", "\"system/ports/op.h\"") == 0);
  CHECK(complaints("app/x.cpp", "\"system/ports/op.h\"") == 0);
}

TEST_CASE("tidy: an include path starts at the root and exists") {
  CHECK(complaints("app/x.cpp", "\"time.h\"") == 1);
  CHECK(complaints("app/x.cpp", "\"system/base/no_such_header.h\"") == 1);
}

TEST_CASE("tidy: libraries stay in their folders") {
  CHECK(complaints("system/api.cpp", "<nlohmann/json.hpp>") == 1);
  CHECK(complaints("faults/latency.cpp", "<nlohmann/json.hpp>") == 0);
  CHECK(complaints("sim/world/x.cpp", "<thread>") == 1);
  CHECK(complaints("app/x.cpp", "<thread>") == 0);
  CHECK(complaints("tests/live/x_test.cpp", "<thread>") == 0);
  CHECK(complaints("tests/world/x_test.cpp", "<thread>") == 1);
  CHECK(complaints("system/x.cpp", "<boost/asio.hpp>") == 1);
  CHECK(complaints("system/live/x.cpp", "<boost/asio.hpp>") == 0);
  CHECK(complaints("sim/random/x.cpp", "<random>") == 1);
}
