#include "system/live/pq_rows.h"

#include "system/live/pq_statements.h"

namespace wavetank::live {
namespace {

constexpr Duration patience = minutes(5);

template <class Work>
void in_transaction(const Target& target, const std::string& run, Work work,
                    Duration within = patience) {
  if (run.empty()) {
    throw PqError(Failure::invalid, "rows are read and deleted by their run, and none was named",
                  false);
  }
  SocketWatch watch;
  PqSession session(target.database, "wavetank audit " + run, within, watch);
  session.transact(work);
}

}  // namespace

std::vector<StoredProcess> read_rows(const Target& target, const std::string& run,
                                     const LiveClock& clock) {
  std::vector<StoredProcess> all;
  in_transaction(target, run, [&](pqxx::work& work) {
    const pqxx::result rows = work.exec_params(sql::all_rows(), run);
    for (const auto& row : rows) {
      StoredProcess one;
      one.view = sql::read_view(row, 0, clock);
      one.work = sql::read_work(row, sql::view_columns, one.view.ticket);
      one.cause = sql::read_cause(row, sql::view_columns);
      const int at = sql::view_columns + sql::work_columns;
      one.state_version = row[at].as<std::int64_t>();
      one.keyed = row[at + 1].as<bool>();
      one.outbox = row[at + 2].as<bool>();
      one.published = row[at + 3].as<bool>();
      all.push_back(one);
    }
  });
  return all;
}

RowCount count_rows(const Target& target, const std::string& run) {
  RowCount count;
  in_transaction(target, run, [&](pqxx::work& work) {
    const auto rows = work.exec_params(
        "select (select count(*) from processes where run = $1),"
        " (select count(*) from outbox where run = $1)",
        run);
    count = {rows[0][0].as<std::int64_t>(), rows[0][1].as<std::int64_t>()};
  });
  return count;
}

std::int64_t count_open(const Target& target, const std::string& run) {
  std::int64_t count = 0;
  const auto ask = [&](pqxx::work& work) {
    const auto rows = work.exec_params(
        "select count(*) from processes where run = $1 and state < 5", run);
    count = rows[0][0].as<std::int64_t>();
  };
  in_transaction(target, run, ask, whole_seconds(5));
  return count;
}

RowCount delete_rows(const Target& target, const std::string& run) {
  RowCount count;
  in_transaction(target, run, [&](pqxx::work& work) {
    const auto boxed = work.exec_params("delete from outbox where run = $1", run);
    const auto rows = work.exec_params("delete from processes where run = $1", run);
    count = {static_cast<std::int64_t>(rows.affected_rows()),
             static_cast<std::int64_t>(boxed.affected_rows())};
  });
  return count;
}

}  // namespace wavetank::live
