// The database on PostgreSQL on hard days: timeouts, sessions that end, servers that turn us away.

#include <doctest/doctest.h>

#include <functional>
#include <optional>
#include <thread>

#include "tests/live/pq_tables.h"

using namespace wavetank;
using namespace wavetank::live;

namespace {

constexpr const char* sessions_of = "select count(*) from pg_stat_activity"
                                    " where application_name = 'wavetank ' || $1";
constexpr const char* end_sessions_of =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where application_name = 'wavetank ' || $1";
constexpr const char* end_waiting_of =
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where application_name = 'wavetank ' || $1 and wait_event_type = 'Lock'";

/// One message of PostgreSQL's protocol.
std::string message(char type, const std::string& body) {
  const std::size_t size = body.size() + 4;
  const char head[] = {type, 0, 0, static_cast<char>(size >> 8), static_cast<char>(size)};
  return std::string(head, sizeof head) + body;
}

/// Declines TLS, answers the startup packet with `said`, and says no more.
void greet(int socket, const std::string& said) {
  char bytes[1'024];
  if (::read(socket, bytes, 8) != 8) return;
  if (::write(socket, "N", 1) != 1) return;
  if (::read(socket, bytes, sizeof bytes) <= 0) return;
  if (::write(socket, said.data(), said.size()) < 0) return;
  listen_to_the_end(socket);
}

}  // namespace

TEST_CASE("live database: a statement beyond its timeout ends, and its connection is replaced") {
  const Target* cluster_target = with_tables();
  if (cluster_target == nullptr) return;
  Target target = *cluster_target;
  target.database.statement_timeout = milliseconds(150);
  target.database.connections = 1;
  Tables t(target);
  const ProcessId process = t.accept(request(8))->process;
  Aside aside(target);
  const std::string pids = "select coalesce(max(pid), 0) from pg_stat_activity"
                           " where application_name = 'wavetank ' || $1";
  const std::int64_t first = aside.number(pids, t.run());
  aside.session.transact([&](pqxx::work& work) {
    work.exec_params("select 1 from processes where run = $1 for update", t.run());
    CHECK(t.advance(process, ProcessState::launched).failure() == Failure::timeout);
  });
  CHECK(t.database.last_error().find("statement timeout") != std::string::npos);
  CHECK(t.advance(process, ProcessState::launched).ok());
  CHECK(aside.number(pids, t.run()) != first);
  CHECK(aside.number(sessions_of, t.run()) == 1);
}

TEST_CASE("live database: a caller that left does not stop its transaction") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  Aside aside(*target);
  verb::Advance::Args args;
  args.process = process;
  args.to = ProcessState::launched;
  aside.session.transact([&](pqxx::work& work) {
    work.exec_params("select 1 from processes where run = $1 for update", t.run());
    const auto answer = t.bench.ask([&] {
      return t.database.advance(t.bench.caller, args, t.bench.info(milliseconds(50)));
    });
    CHECK(answer.failure() == Failure::timeout);
  });
  const bool noted = t.bench.wait_for([&] { return t.noted.events.size() == 2; });
  REQUIRE(noted);
  CHECK(t.noted.events.back().kind == EventKind::state_changed);
}

TEST_CASE("live database: a cancellable call that got its connection too late is dropped unrun") {
  const Target* cluster_target = with_tables();
  if (cluster_target == nullptr) return;
  Target target = *cluster_target;
  target.database.connections = 1;
  Tables t(target);
  const ProcessId process = t.accept(request(8))->process;
  Aside aside(target);
  aside.session.transact([&](pqxx::work& work) {
    work.exec_params("select 1 from processes where run = $1 for update", t.run());
    verb::Advance::Args args;
    args.process = process;
    args.to = ProcessState::launched;
    const auto first = t.bench.ask([&] {
      return t.database.advance(t.bench.caller, args, t.bench.info(milliseconds(20)));
    });
    CHECK(first.failure() == Failure::timeout);
    CallInfo info = t.bench.info(milliseconds(20));
    info.cancellable = true;
    const auto second = t.bench.ask(
        [&] { return t.database.accept_process(t.bench.caller, request(9), info); });
    CHECK(second.failure() == Failure::timeout);
  });
  CHECK(t.get(process)->state == ProcessState::launched);
  CHECK(count_rows(target, t.run()).processes == 1);
}

TEST_CASE("live database: a server that ends our session mid-transaction is a reset") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  Aside aside(*target);
  aside.session.transact([&](pqxx::work& work) {
    work.exec_params("select 1 from processes where run = $1 for update", t.run());
    std::thread killer([&] {
      Aside other(*target);
      while (other.number(end_waiting_of, t.run()) == 0) {
      }
    });
    CHECK(t.advance(process, ProcessState::launched).failure() == Failure::reset);
    CHECK(t.database.last_error().find("the connection was lost") != std::string::npos);
    killer.join();
  });
  CHECK(t.get(process)->state == ProcessState::accepted);
  CHECK(t.advance(process, ProcessState::launched).ok());
}

TEST_CASE("live database: sessions that ended while they were idle are opened again unseen") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables t(*target);
  const ProcessId process = t.accept(request(8))->process;
  Aside aside(*target);
  CHECK(aside.number(end_sessions_of, t.run()) >= 1);
  const bool ended =
      t.bench.wait_for([&] { return aside.number(sessions_of, t.run()) == 0; });
  REQUIRE(ended);
  for (int i = 0; i < 12; ++i) CHECK(t.get(process).ok());
}

TEST_CASE("live database: nobody listens, a wrong password, no such database, no tables") {
  const Target* cluster_target = with_tables();
  if (cluster_target == nullptr) return;
  struct Case {
    const char* name;
    std::function<void(DatabaseTarget&)> change;
    Failure failure;
    const char* word;
  };
  const Case cases[] = {
      {"port", [](DatabaseTarget& d) { d.port = closed_port(); }, Failure::refused, "refused"},
      {"password",
       [](DatabaseTarget& d) { d.password = secret("WAVETANK_TEST_WRONG", "s3cr3t wrong'one\\"); },
       Failure::unavailable, "password"},
      {"variable",
       [](DatabaseTarget& d) {
         d.password = Secret();
         d.password.env = "WAVETANK_TEST_UNSET";
       },
       Failure::unavailable, "WAVETANK_TEST_UNSET"},
      {"database", [](DatabaseTarget& d) { d.name = "nonesuch"; }, Failure::unavailable,
       "nonesuch"},
      {"schema", [](DatabaseTarget& d) { d.schema = "nonesuch"; }, Failure::unavailable,
       "processes"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.name);
    Target target = *cluster_target;
    one.change(target.database);
    Tables t(target, false);
    CHECK(t.accept(request(8)).failure() == one.failure);
    const std::string error = t.database.last_error();
    CAPTURE(error);
    CHECK(error.find(one.word) != std::string::npos);
    CHECK(error.find(target.database.name) != std::string::npos);
    CHECK(error.find("s3cr3t") == std::string::npos);
    std::optional<Result<Done>> probed;
    t.database.probe([&](Result<Done> result) { probed = result; });
    REQUIRE(t.bench.wait_for([&] { return probed.has_value(); }));
    CHECK(probed->failure() == one.failure);
  }
}

TEST_CASE("live database: no variable leads it elsewhere than its target says") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  ::setenv("PGHOSTADDR", "127.0.0.9", 1);
  Aside aside(*target);
  ::unsetenv("PGHOSTADDR");
  CHECK(aside.number("select count(*) from processes where run = $1", "none") == 0);
}

TEST_CASE("live database: a server without a free connection throttles") {
  using namespace std::string_literals;
  ScriptedServer server([](int socket) {
    greet(socket, message('E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0"s));
  });
  Target target;
  target.database.port = server.port();
  Tables t(target, false);
  CHECK(t.accept(request(8)).failure() == Failure::throttled);
  CHECK(t.database.last_error().find("too many clients") != std::string::npos);
}

TEST_CASE("live database: a server that falls silent after its greeting is given up in time") {
  using namespace std::string_literals;
  ScriptedServer server([](int socket) {
    greet(socket, message('R', "\0\0\0\0"s) + message('S', "server_version\0" "15.0\0"s) +
                      message('S', "client_encoding\0UTF8\0"s) + message('Z', "I"));
  });
  Target target;
  target.database.port = server.port();
  target.database.statement_timeout = milliseconds(50);
  Tables t(target, false);
  CHECK(t.accept(request(8)).failure() == Failure::timeout);
  CHECK(t.database.last_error().find("no answer") != std::string::npos);
}

TEST_CASE("live database: a server that accepts and says nothing is given up in time") {
  ScriptedServer server([](int socket) { listen_to_the_end(socket); });
  Target target;
  target.database.port = server.port();
  target.database.connect_timeout = milliseconds(200);
  Tables t(target, false);
  CHECK(t.accept(request(8)).failure() == Failure::refused);
  CHECK(t.database.last_error().find("timeout") != std::string::npos);
}

TEST_CASE("socket watch: a wait beyond its time sees the end of the connection") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  SocketWatch watch;
  {
    const SocketWatch::Armed patient(watch, ends[0], hours(1));
    CHECK(!patient.fired());
    const SocketWatch::Armed armed(watch, ends[0], milliseconds(5));
    char byte = 0;
    CHECK(::read(ends[0], &byte, 1) == 0);
    CHECK(armed.fired());
    CHECK(!patient.fired());
  }
  ::close(ends[0]);
  ::close(ends[1]);
}
