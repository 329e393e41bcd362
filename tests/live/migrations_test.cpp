// The schema's migrations, and the clean-up of one run's rows.

#include <doctest/doctest.h>

#include <mutex>
#include <thread>

#include "tests/live/pq_tables.h"

using namespace wavetank;
using namespace wavetank::live;

TEST_CASE("live database: clean-up counts and deletes one run, and needs its name") {
  const Target* target = with_tables();
  if (target == nullptr) return;
  Tables ours(*target);
  Tables others(*target);
  const ProcessId process = ours.accept(request(8))->process;
  CHECK(ours.accept(request(9)).ok());
  CHECK(ours.published({process}).ok());
  const ProcessId foreign = others.accept(request(8))->process;
  CHECK(foreign != process);
  CHECK(ours.get(foreign).failure() == Failure::not_found);
  CHECK(ours.advance(foreign, ProcessState::failed).failure() == Failure::not_found);

  const auto rows = read_rows(*target, ours.run(), ours.bench.core.clock);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].view.process == process);
  CHECK(rows[0].view.state == ProcessState::published);
  CHECK(rows[0].state_version == 2);
  CHECK(rows[0].keyed);
  CHECK(rows[0].published);
  CHECK(rows[1].outbox);
  CHECK(!rows[1].published);
  CHECK(rows[1].work.input == mib(5));

  CHECK(count_open(*target, ours.run()) == 2);
  REQUIRE(ours.advance(process, ProcessState::failed).ok());
  CHECK(count_open(*target, ours.run()) == 1);
  CHECK(count_open(*target, others.run()) == 1);

  const RowCount deleted = delete_rows(*target, ours.run());
  CHECK(deleted.processes == 2);
  CHECK(deleted.outbox == 2);
  CHECK(count_rows(*target, ours.run()).processes == 0);
  CHECK(count_rows(*target, ours.run()).outbox == 0);
  CHECK(count_rows(*target, others.run()).processes == 1);
  CHECK_THROWS_AS(delete_rows(*target, ""), PqError);
}

TEST_CASE("live database: migrations apply once, also when many start at a time") {
  const Target* cluster_target = cluster();
  if (cluster_target == nullptr) return;
  Target target = *cluster_target;
  target.database.schema = "Migrated \"" + fresh_run() + "\"";
  std::mutex mutex;
  std::size_t applied = 0;
  std::vector<std::thread> all;
  for (int i = 0; i < 4; ++i) {
    all.emplace_back([&] {
      const std::size_t count = migrate(target).size();
      const std::lock_guard lock(mutex);
      applied += count;
    });
  }
  for (std::thread& thread : all) thread.join();
  CHECK(applied == 2);
  CHECK(migrate(target).empty());
  {
    Tables t(target);
    CHECK(t.accept(request(8)).ok());
  }
  Aside aside(target);
  aside.session.transact([](pqxx::work& work) {
    work.exec("insert into migrations (version, name) values (999, 'from the future')");
  });
  CHECK_THROWS_AS(migrate(target), PqError);
  aside.session.transact([&](pqxx::work& work) {
    work.exec("drop schema " + work.quote_name(target.database.schema) + " cascade");
  });
}

TEST_CASE("live database: a migration that fails leaves nothing behind") {
  const Target* cluster_target = cluster();
  if (cluster_target == nullptr) return;
  Target target = *cluster_target;
  target.database.schema = "half_" + fresh_run();
  Aside aside(target);
  aside.session.transact([&](pqxx::work& work) {
    work.exec("create schema " + work.quote_name(target.database.schema));
    work.exec("create table outbox (mine integer)");  // in the way of the last migration
  });
  CHECK_THROWS_AS(migrate(target), PqError);
  CHECK(aside.number("select count(*) from pg_tables where schemaname = $1",
                     target.database.schema) == 1);
  aside.session.transact([&](pqxx::work& work) {
    work.exec("drop schema " + work.quote_name(target.database.schema) + " cascade");
  });
}
