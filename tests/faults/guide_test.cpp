#include <doctest/doctest.h>
#include <fstream>
#include <sstream>
#include <string>

#include "faults/catalogue.h"

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(std::string(WAVETANK_SOURCE_DIR) + "/" + path);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("guide: the fault and the test that it shows are those of the tree") {
  const std::string guide = text_of("docs/adding_a_fault.md");
  CHECK(holds(guide, "```cpp\n" + text_of("faults/duplicate_delivery.cpp") + "```"));
  const std::string tests = text_of("tests/faults/duplicate_delivery_test.cpp");
  const std::size_t first = tests.find("TEST_CASE");
  const std::size_t end = tests.find("\n}\n", first);
  CHECK(holds(guide, tests.substr(first, end + 3 - first)));
  for (const auto& type : wavetank::faults::fault_types()) {
    if (std::string(type.name) != "duplicate_delivery") continue;
    CHECK(holds(guide, "FAULT(duplicate_delivery, \"" + std::string(type.help) + "\")"));
  }
}
