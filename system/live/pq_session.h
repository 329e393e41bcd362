#pragma once
// PqSession: one connection to PostgreSQL, for the thread that owns it. It never reconnects: one
// that broke is closed, and its owner opens another.
//
// Waits are bounded: a new connection by connect_timeout (libpq counts whole seconds, at least
// two), a statement by the server's statement_timeout, and a server that does not answer at all by
// a SocketWatch shortly after that.

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <stdexcept>
#include <string>

#include "system/base/result.h"
#include "system/live/socket_watch.h"
#include "system/live/target.h"

namespace wavetank::live {

/// Why a statement or a connection failed. The text names the place and never holds the password.
///
///   refused       no connection: nothing happened
///   unavailable   the server does not let us work: wrong password, no such database, no table
///   throttled     too many connections
///   reset         the connection broke after the statement was sent
///   timeout       the statement timeout, or no answer at all
///   conflict      unique violation, serialization failure, deadlock
///   disk_full, out_of_memory, invalid (the data itself)
class PqError : public std::runtime_error {
 public:
  PqError(Failure failure, const std::string& text, bool lost)
      : std::runtime_error(text), failure(failure), lost(lost) {}
  Failure failure;
  bool lost;  ///< the connection is in doubt: close it
};

class PqSession {
 public:
  /// Connects. `name` is what the server's lists of activity show. Throws PqError.
  PqSession(const DatabaseTarget& target, const std::string& name, Duration statement_timeout,
            SocketWatch& watch);

  /// Gives a statement a name; it is prepared where it is first used.
  void prepare(const char* name, const std::string& sql) { connection_->prepare(name, sql); }

  /// Runs a prepared statement as a transaction of its own. Throws PqError.
  template <class... Args>
  pqxx::result run(const char* statement, const Args&... args) {
    pqxx::result rows;
    guard([&] {
      pqxx::nontransaction transaction(*connection_);
      rows = transaction.exec_prepared(statement, args...);
    });
    return rows;
  }

  /// Runs `work` in one transaction and commits it. Throws PqError, and what `work` throws.
  void transact(const std::function<void(pqxx::work&)>& work) {
    guard([&] {
      pqxx::work transaction(*connection_);
      work(transaction);
      transaction.commit();
    });
  }

  /// False where the server has hung up since the last statement.
  bool fresh() const;

 private:
  void guard(const std::function<void()>& body);

  std::string place_;  ///< host, port and database, for errors
  std::string password_;
  Duration patience_;
  SocketWatch& watch_;
  std::unique_ptr<pqxx::connection> connection_;
};

/// Until the end of `work`'s transaction nobody else who asks makes anything in the schema.
void take_schema(pqxx::work& work, const std::string& schema);

}  // namespace wavetank::live
