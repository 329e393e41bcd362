#include "tests/tidy/expect.h"

using namespace wavetank::tidy;

TEST_CASE("tidy: the tree is there") {
  // An empty listing would let every rule pass.
  CHECK(tree().size() > 10);
  const auto is_base = [](const Source& source) { return is_below(source.path, "system/base"); };
  std::size_t base = 0;
  for (const auto& source : tree()) base += is_base(source) && !source.tokens.empty() ? 1U : 0U;
  CHECK(base > 3);
}

TEST_CASE("tidy: links between pages lead somewhere") { expect_clean_tree(check_links); }

TEST_CASE("tidy: a link to nothing is found") {
  const auto complaints = [](const std::string& text) {
    return complaints_of(check_links, "tests/x.md", text);
  };
  CHECK(complaints("See [the rules](tidy/rules.h#top) and [this](#here).\n") == 0);
  CHECK(complaints("See [the page](tidy/no_such_page.md).\n") == 1);
  CHECK(complaints("![shot](no_such_shot.png) [site](https://example.org/x)\n") == 1);
  CHECK(complaints("```\nrows[i](no_such_call)\n```\n") == 0);
}

TEST_CASE("tidy: no path of one machine") { expect_clean_tree(check_machine_paths); }

TEST_CASE("tidy: a path of one machine is found") {
  const auto complaints = [](const std::string& text) {
    return complaints_of(check_machine_paths, "docs/x.md", text);
  };
  CHECK(complaints("Run it in /ho"
                   "me/me/wavetank.\n") == 1);
  CHECK(complaints("/wo"
                   "rk/x\n") == 1);
  CHECK(complaints("frame/wo"
                   "rk/x and ./tm"
                   "p/x\n") == 0);
}
