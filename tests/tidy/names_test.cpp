#include <filesystem>

#include "tests/tidy/expect.h"

using namespace wavetank::tidy;

namespace {

std::size_t banned(const std::string& snippet) {
  return complaints_of(check_banned_names, "sim/world/x.cpp", snippet);
}

std::size_t unordered(const std::string& snippet, const std::string& header = "") {
  const auto above = parse("sim/world/x.h", header);
  return check_unordered_iteration(parse("sim/world/x.cpp", snippet), &above).size();
}

std::size_t pointer_keys(const std::string& snippet) {
  return complaints_of(check_pointer_keys, "sim/world/x.cpp", snippet);
}

std::size_t statics(const std::string& snippet) {
  return complaints_of(check_static_state, "sim/world/x.cpp", snippet);
}

std::vector<Complaint> check_unordered_in_tree(const Source& source) {
  const auto header = std::filesystem::path(source.path).replace_extension(".h").generic_string();
  for (const auto& other : tree()) {
    if (other.path == header && header != source.path) {
      return check_unordered_iteration(source, &other);
    }
  }
  return check_unordered_iteration(source, nullptr);
}

}  // namespace

TEST_CASE("tidy: no name whose value differs between runs") {
  expect_clean_tree(check_banned_names);
}

TEST_CASE("tidy: banned names are found in code, not in comments or literals") {
  CHECK(banned("auto t = std::chrono::steady_clock::now();") == 1);
  CHECK(banned("std::random_device device;") == 1);
  CHECK(banned("std::exponential_distribution<double> gap(1.0);") == 1);
  CHECK(banned("std::mutex guard;") == 1);
  CHECK(banned("double y = std::log(x);") == 1);
  CHECK(banned("const char* home = getenv(\"HOME\");") == 1);
  CHECK(banned("// steady_clock\n/* getenv */ auto s = \"mt19937\"; auto r = R\"(getenv)\";") == 0);
  CHECK(banned("log(entry); schedule.time(3); key_distribution();") == 0);
  CHECK(complaints_of(check_banned_names, "app/x.cpp", "std::mutex m;") == 0);
  CHECK(complaints_of(check_banned_names, "system/live/x.cpp", "std::mutex m;") == 0);
}

TEST_CASE("tidy: nothing iterates over an unordered container") {
  expect_clean_tree(check_unordered_in_tree);
}

TEST_CASE("tidy: iteration over an unordered container is found") {
  const std::string declared = "std::unordered_map<int, std::vector<int>> jobs_;\n";
  CHECK(unordered(declared + "for (auto& [id, job] : jobs_) {}") == 1);
  CHECK(unordered(declared + "for (auto& job : this->jobs_) {}") == 1);
  CHECK(unordered("for (auto& job : jobs_) {}", declared) == 1);
  CHECK(unordered(declared + "auto it = jobs_.begin();") == 1);
  CHECK(unordered(declared + "auto it = jobs_.find(3); if (it == jobs_.end()) return;") == 0);
  CHECK(unordered("std::map<int, int> jobs_; for (auto& job : jobs_) {}") == 0);
}

TEST_CASE("tidy: no address orders anything") { expect_clean_tree(check_pointer_keys); }

TEST_CASE("tidy: pointer keys are found") {
  CHECK(pointer_keys("std::map<Node*, int> load;") == 1);
  CHECK(pointer_keys("std::set<const Call*> calls;") == 1);
  CHECK(pointer_keys("std::map<int, Node*> nodes;") == 0);
  CHECK(pointer_keys("std::map<std::pair<int, int>, Node*> nodes;") == 0);
}

TEST_CASE("tidy: no state outlives a run") { expect_clean_tree(check_static_state); }

TEST_CASE("tidy: static state is found") {
  CHECK(statics("int f() { static int calls = 0; return ++calls; }") == 1);
  CHECK(statics("static std::vector<int> cache;") == 1);
  CHECK(statics("thread_local int depth;") == 1);
  CHECK(statics("static constexpr int limit = 3; static const Table rows = {1};") == 0);
  CHECK(statics("inline static constexpr int limit = 3;") == 0);
  CHECK(statics("struct A { static A make(int x); };") == 0);
}

TEST_CASE("tidy: system/ does not know its world") { expect_clean_tree(check_world_blindness); }

TEST_CASE("tidy: a question about the world is found, even in a comment") {
  CHECK(complaints_of(check_world_blindness, "system/api.cpp", "if (world.is_sim()) {}\n") == 1);
  CHECK(complaints_of(check_world_blindness, "system/api.cpp", "// Only when Simulated.\n") == 1);
  CHECK(complaints_of(check_world_blindness, "sim/world/x.cpp", "// A simulated disk.\n") == 0);
}
