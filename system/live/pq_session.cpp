#include "system/live/pq_session.h"

#include <poll.h>

#include <algorithm>
#include <string_view>

#include "system/live/drill/reach.h"

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6.4 asks a connection that has just broken for its encoding, throws, and forgets the
// result it held: one small leak a broken connection, at whichever statement meets it first. The
// library has no frame pointers, so its name is all that a stack is sure to show.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }
#endif

namespace wavetank::live {
namespace {

/// How long after the server's own timeout its answer is given up.
constexpr Duration grace = whole_seconds(2);

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A value of a connection string.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// libpq looks names up by itself, unless it is told the addresses. The host is verified by TLS.
std::string address_words(const std::string& host) {
  const auto found = Reach::addresses(host);
  if (!found) throw pqxx::broken_connection(found.why());
  // Set in any case: libpq would take an address from PGHOSTADDR.
  if (found->front() == host) return "host=" + quoted(host) + " hostaddr=" + quoted(host);
  std::string hosts, addresses;
  for (const std::string& one : *found) {
    hosts += (hosts.empty() ? "" : ",") + host;
    addresses += (addresses.empty() ? "" : ",") + one;
  }
  return "host=" + quoted(hosts) + " hostaddr=" + quoted(addresses);
}

std::string connection_string(const DatabaseTarget& t, const std::string& name,
                              const std::string& password, Duration statement_timeout) {
  const std::int64_t second = whole_seconds(1).ns;
  const std::int64_t connect_s = std::max<std::int64_t>(
      1, (t.connect_timeout.ns + second - 1) / second);
  const std::int64_t statement_ms =
      std::max<std::int64_t>(1, statement_timeout.ns / milliseconds(1).ns);
  std::string text = address_words(t.host) + " port=" + std::to_string(t.port) +
                     " dbname=" + quoted(t.name) + " user=" + quoted(t.user) +
                     " application_name=" + quoted(name) +
                     " connect_timeout=" + std::to_string(connect_s) +
                     " options='-c statement_timeout=" + std::to_string(statement_ms) + "'" +
                     " client_encoding=UTF8 gssencmode=disable sslmode=" + t.sslmode;
  if (!t.ca.empty()) text += " sslrootcert=" + quoted(t.ca);
  if (!password.empty()) text += " password=" + quoted(password);
  return text;
}

/// A refused login has no SQLSTATE in libpq, only the server's words.
Failure connect_failure(std::string_view text) {
  if (has(text, "too many") || has(text, "remaining connection slots")) return Failure::throttled;
  for (const std::string_view for_now :
       {"starting up", "shutting down", "recovery", "terminating"}) {
    if (has(text, for_now)) return Failure::refused;
  }
  for (const std::string_view refusal : {"FATAL", "password", "SSL", "authentication"}) {
    if (has(text, refusal)) return Failure::unavailable;
  }
  return Failure::refused;
}

Failure statement_failure(std::string_view state) {
  if (state == "57014") return Failure::timeout;  // query_canceled
  if (state == "23505" || state == "40001" || state == "40P01" || state == "55P03") {
    return Failure::conflict;
  }
  if (state == "53100") return Failure::disk_full;
  if (state == "53200") return Failure::out_of_memory;
  if (state.starts_with("53")) return Failure::throttled;
  if (state.starts_with("57") || state.starts_with("08")) return Failure::reset;
  if (state.starts_with("22") || state.starts_with("23")) return Failure::invalid;
  return Failure::unavailable;  // a missing table or right: somebody has to act
}

void trim(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
}

void hide(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
    at += 3;
  }
}

}  // namespace

PqSession::PqSession(const DatabaseTarget& target, const std::string& name,
                     Duration statement_timeout, SocketWatch& watch)
    : place_("database " + target.name + " at " + target.host + ":" + std::to_string(target.port)),
      patience_(statement_timeout + grace),
      watch_(watch) {
  try {
    password_ = target.password.read();
    connection_ = std::make_unique<pqxx::connection>(
        connection_string(target, name, password_, statement_timeout));
  } catch (const std::exception& e) {
    std::string text = e.what();
    trim(text);
    const bool ours = dynamic_cast<const pqxx::pqxx_exception*>(&e) == nullptr;
    const Failure failure = ours ? Failure::unavailable : connect_failure(text);
    hide(text, password_);
    throw PqError(failure, place_ + ": " + text, true);
  }
  transact([&](pqxx::work& work) {
    work.exec("set search_path to " + work.quote_name(target.schema));
  });
}

bool PqSession::fresh() const {
  pollfd watched{connection_->sock(), POLLIN | POLLRDHUP, 0};
  return connection_->is_open() && ::poll(&watched, 1, 0) == 0;
}

void PqSession::guard(const std::function<void()>& body) {
  const SocketWatch::Armed armed(watch_, connection_->sock(), patience_);
  Failure failure = Failure::reset;
  std::string text;
  try {
    return body();
  } catch (const pqxx::sql_error& e) {
    text = e.what();
    if (!e.sqlstate().empty()) failure = statement_failure(e.sqlstate());
  } catch (const pqxx::serialization_failure& e) {
    text = e.what();
    failure = Failure::conflict;
  } catch (const pqxx::deadlock_detected& e) {
    text = e.what();
    failure = Failure::conflict;
  } catch (const pqxx::failure& e) {
    text = e.what();
  } catch (const pqxx::range_error& e) {
    text = e.what();
    failure = Failure::invalid;
  } catch (const pqxx::conversion_error& e) {
    text = e.what();
    failure = Failure::invalid;
  }
  trim(text);
  hide(text, password_);
  if (armed.fired()) {
    throw PqError(Failure::timeout, place_ + ": no answer; the connection was closed", true);
  }
  if (!connection_->is_open()) {
    failure = Failure::reset;
    text = "the connection was lost: " + text;
  }
  const bool lost = failure == Failure::reset || failure == Failure::timeout;
  throw PqError(failure, place_ + ": " + text, lost);
}

void take_schema(pqxx::work& work, const std::string& schema) {
  work.exec_params("select pg_advisory_xact_lock(hashtextextended($1, 0))",
                   "wavetank migrations of " + schema);
}

}  // namespace wavetank::live
