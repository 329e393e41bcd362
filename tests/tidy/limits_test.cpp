#include "tests/tidy/expect.h"

using namespace wavetank::tidy;

namespace {

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "  f();\n";
  return text;
}

}  // namespace

TEST_CASE("tidy: lines and files keep their limits") { expect_clean_tree(check_limits); }

TEST_CASE("tidy: lines and files over their limits are found") {
  const auto complaints = [](const std::string& path, const std::string& text) {
    return complaints_of(check_limits, path, text);
  };
  CHECK(complaints("system/x.cpp", std::string(100, 'x') + "\n") == 0);
  CHECK(complaints("system/x.cpp", std::string(101, 'x') + "\n") == 1);
  CHECK(complaints("system/x.cpp", "// " + std::string(96, 'x') + "\xC3\xA4\n") == 0);
  CHECK(complaints("system/x.h", lines(170)) == 0);
  CHECK(complaints("system/x.h", lines(171)) == 1);
  CHECK(complaints("system/x.cpp", lines(450)) == 0);
  CHECK(complaints("system/x.cpp", lines(451)) == 1);
}

TEST_CASE("tidy: functions keep their limit") { expect_clean_tree(check_function_lengths); }

TEST_CASE("tidy: a function over its limit is found") {
  const auto complaints = [](const std::string& text) {
    return complaints_of(check_function_lengths, "system/x.cpp", text);
  };
  CHECK(complaints("void f() {\n" + lines(68) + "}\n") == 0);
  CHECK(complaints("void f() {\n" + lines(69) + "}\n") == 1);
  CHECK(complaints("namespace a {\nclass B {\n void f() const {\n" + lines(69) + "}\n};\n}\n") ==
        1);
  CHECK(complaints("namespace a {\n" + lines(90) + "}\n") == 0);
  CHECK(complaints("struct A {\n" + lines(90) + "};\n") == 0);
  CHECK(complaints("void f() {\n if (x) {\n" + lines(69) + "}\n}\n") == 1);
}

TEST_CASE("tidy: names say something and work is finished") { expect_clean_tree(check_names); }

TEST_CASE("tidy: empty names and unfinished work are found") {
  const auto complaints = [](const std::string& text) {
    return complaints_of(check_names, "system/x.cpp", text);
  };
  CHECK(complaints("class QueueManager;\n") == 1);
  CHECK(complaints("struct StringUtils;\n") == 1);
  CHECK(complaints("// TO"
                   "DO: later\n") == 1);
  CHECK(complaints("class Queue;\n") == 0);
}
