#include "tests/tidy/expect.h"

using namespace wavetank::tidy;

namespace {

std::size_t awaits(const std::string& statement) {
  return complaints_of(check_awaits, "system/x.cpp", "Task<> f() { " + statement + " }");
}

std::size_t lambdas(const std::string& text) {
  return complaints_of(check_coroutine_lambdas, "system/x.cpp", text);
}

std::size_t parameters(const std::string& text) {
  return complaints_of(check_coroutine_parameters, "system/x.cpp", text);
}

}  // namespace

TEST_CASE("tidy: every await has a form that gcc 12 compiles correctly") {
  expect_clean_tree(check_awaits);
}

TEST_CASE("tidy: the three forms of await pass") {
  CHECK(awaits("co_await queue.commit(offset);") == 0);
  CHECK(awaits("auto row = co_await database.get(std::move(key));") == 0);
  CHECK(awaits("const auto row = co_await database.get(id);") == 0);
  CHECK(awaits("co_return co_await database.get(id);") == 0);
  CHECK(awaits("if (late) co_await loop.sleep(pause);") == 0);
  CHECK(awaits("for (int i = 0; i < 3; ++i) co_await step(i, rows[i]);") == 0);
  CHECK(awaits("switch (kind) { case Kind::a: co_await f(); break; default: co_await g(); }") == 0);
  CHECK(awaits("if (x) { co_await f(); } else co_await g();") == 0);
  CHECK(complaints_of(check_awaits, "system/x.h", "Awaiter operator co_await() const;") == 0);
}

TEST_CASE("tidy: every other form of await is found") {
  CHECK(awaits("if (co_await queue.empty()) return;") == 1);
  CHECK(awaits("row = co_await database.get(id);") == 1);
  CHECK(awaits("auto sum = co_await a() + 1;") ==
        0);  // An operator's operand: trivial, so allowed.
  CHECK(awaits("auto sum = 1 + co_await a();") == 1);
  CHECK(awaits("auto both = std::pair(co_await a(), 1);") == 1);
  CHECK(awaits("f(co_await a(), co_await b());") == 2);
  CHECK(awaits("co_await f(Message{1, 2});") == 1);
  CHECK(awaits("co_await f(late ? 1 : 2);") == 1);
  CHECK(awaits("co_await f([&] { return 1; });") == 1);
  CHECK(awaits("co_await f(std::string(name));") == 1);
  CHECK(awaits("co_await f(std::to_string(3));") == 1);
  CHECK(awaits("auto x = ready ? co_await a() : 0;") == 1);
  CHECK(awaits("return co_await a();") == 1);
  CHECK(awaits("auto x = co_yield 3;") == 1);
}

TEST_CASE("tidy: no coroutine lambda captures") { expect_clean_tree(check_coroutine_lambdas); }

TEST_CASE("tidy: a capturing coroutine lambda is found") {
  CHECK(lambdas("auto f = [&]() -> Task<> { co_await g(); };") == 1);
  CHECK(lambdas("group.spawn([this, id](int x) -> Task<> { co_return; }(3));") == 1);
  CHECK(lambdas("auto f = [](Loop& loop) -> Task<> { co_await g(); };") == 0);
  CHECK(lambdas("auto f = [&] { return 1; };") == 0);
  CHECK(lambdas("rows[i] = 1; [[maybe_unused]] int x; Task<> f() { co_await g(rows[0]); }") == 0);
}

TEST_CASE("tidy: no coroutine's parameter binds to a temporary") {
  expect_clean_tree(check_coroutine_parameters);
}

TEST_CASE("tidy: a parameter that binds to a temporary is found") {
  CHECK(parameters("Task<> f(const std::string& name);") == 1);
  CHECK(parameters("Task<Result<int>> Api::f(Loop& loop, Request&& request) {}") == 1);
  CHECK(parameters("Task<> f(Loop& loop, std::string name, std::map<int, const X&> rows);") == 0);
  CHECK(parameters("Task<int> value = make(a, b);") == 0);
  CHECK(parameters("Task<> f(const ApiSettings& settings, Loop& loop);") == 0);
}
