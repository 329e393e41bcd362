#include "system/live/attach_check.h"

#include <signal.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "system/live/attach_health.h"
#include "system/live/attach_probe.h"
#include "system/live/attached_text.h"
#include "system/live/callback_receiver.h"
#include "system/live/drill/attached_belongings.h"
#include "system/live/drill/lock.h"
#include "system/live/drill/notify.h"
#include "system/live/drill/program.h"
#include "system/live/drill/web.h"
#include "system/live/kafka_topics.h"
#include "system/live/metric_reading.h"
#include "system/live/object_client.h"
#include "system/live/pq_session.h"

namespace wavetank::live {
namespace {

using Verdict = CheckedPiece::Verdict;
using Pieces = std::vector<CheckedPiece>;

constexpr Duration kafka_patience = whole_seconds(5);
constexpr Duration metric_patience = whole_seconds(5);

/// What a check says; where it throws, that is what is wrong.
template <class Check>
void piece(Pieces& pieces, const std::string& part, bool needed, Check check) {
  CheckedPiece one;
  one.part = part;
  one.needed = needed;
  try {
    one.said = check();
  } catch (const std::exception& error) {
    one.verdict = Verdict::fails;
    one.said = error.what();
  }
  pieces.push_back(std::move(one));
}

void left_out(Pieces& pieces, const std::string& part, const std::string& why) {
  pieces.push_back({part, Verdict::left_out, why, false});
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string check_secrets(const Target& target) {
  static_cast<void>(common_headers(target.attach, {}));
  static_cast<void>(target.notify.address());
  return "every secret can be read";
}

std::string check_page(const std::string& url, bool well,
                       std::vector<std::string> headers = {}) {
  WebCall call;
  call.url = url;
  call.headers = std::move(headers);
  const WebAnswer answer = ask_web(call);
  if (answer.status == 0 || (well && !answer.ok())) {
    throw std::runtime_error(url + ": " + answer.said());
  }
  return url + " answers " + std::to_string(answer.status);
}

/// The server of a URL, as a page that asks for nothing.
std::string check_server(const std::string& url) {
  return check_page(server_of(url), false);
}

std::string check_query(const Target& target) {
  const StatusTarget& status = target.attach.status;
  SocketWatch watch;
  PqSession session(target.database, "wavetank-check", target.database.statement_timeout, watch);
  const std::string sql = with_parameter(with_parameter(status.query, "{id}"), "{run}");
  std::vector<std::string> columns;
  std::string trouble;
  // An id is a text, a UUID or a number: nobody has said which.
  for (const char* nobody : {"00000000-0000-0000-0000-000000000000", "0"}) {
    try {
      session.transact([&](pqxx::work& work) {
        work.exec0("set transaction read only");
        const pqxx::result rows = work.exec_params(sql, nobody);
        for (pqxx::row::size_type i = 0; i < rows.columns(); ++i) {
          columns.push_back(std::string("/") + rows.column_name(i));
        }
      });
      trouble.clear();
      break;
    } catch (const PqError& error) {
      trouble = error.what();
      if (error.lost) break;
    }
  }
  if (!trouble.empty()) throw std::runtime_error(trouble);
  std::vector<std::string> wanted = {status.state};
  if (!status.version.empty()) wanted.push_back(status.version);
  if (!status.key.empty()) wanted.push_back(status.key);
  if (status.query.find("{run}") != std::string::npos) wanted.push_back(status.id);
  for (const std::string& one : wanted) {
    if (std::find(columns.begin(), columns.end(), one) == columns.end()) {
      throw std::runtime_error("the query has no column " + one + ", but " + joined(columns));
    }
  }
  return "the query runs, with " + joined(columns);
}

std::string check_store(const Target& target) {
  const auto client = open_objects(target.objects);
  client->limit(whole_seconds(5));
  const auto page = client->list("", "", 1);
  if (!page.ok()) throw std::runtime_error(client->trouble());
  return "the store can be listed";
}

std::string check_proxy(const Target& target, const LinkTarget& link) {
  WebCall call;
  call.url = target.toxiproxy + "/proxies/" + link.proxy;
  const WebAnswer answer = ask_web(call);
  if (!answer.ok()) throw std::runtime_error(call.url + ": " + answer.said());
  const auto proxy = nlohmann::json::parse(answer.body, nullptr, false);
  if (proxy.is_object() && proxy.value("enabled", true)) {
    return "proxy " + link.proxy + " at " + proxy.value("listen", std::string("?"));
  }
  throw std::runtime_error("proxy " + link.proxy + " is disabled");
}

std::string check_pid(const SignalTarget& signal) {
  std::ifstream in(signal.pid_file);
  pid_t pid = 0;
  if (!(in >> pid) || pid <= 1) throw std::runtime_error(signal.pid_file + " names no process");
  if (::kill(pid, 0) != 0) {
    throw std::runtime_error("process " + std::to_string(pid) + " of " + signal.pid_file +
                             " is not there, or not ours to signal");
  }
  return "process " + std::to_string(pid);
}

std::string check_action(const ActionTarget& action) {
  const ProgramEnd end = run_program(action.verify, action.timeout);
  if (!end.ok()) throw std::runtime_error(shell_line(action.verify) + ": " + end.said());
  return shell_line(action.verify) + " finds nothing of it";
}

/// Counts what was left by a run that never was: nothing, if the description is right.
void check_belongings(const Target& target, Pieces& pieces) {
  const auto all = count_belongings(target, no_run_at_all);
  if (all.empty()) left_out(pieces, "belongings", "clean cannot know what the load leaves");
  for (const Belongings& one : all) {
    piece(pieces, "left by the load", false, [&] {
      if (one.trouble) throw std::runtime_error(one.what + ": " + *one.trouble);
      return one.what + " can be counted";
    });
  }
}

void check_metrics(const Target& target, Pieces& pieces) {
  for (const MetricTarget& metric : target.attach.metrics) {
    piece(pieces, "metric", !metric.stop.empty(), [&] {
      const MetricAnswer answer =
          metric.page.empty() ? ask_prometheus(target.attach.prometheus, metric, metric_patience)
                              : read_page(metric.page, {&metric}, metric_patience).front();
      if (!answer.value) throw std::runtime_error(metric.name + ": " + answer.why);
      std::ostringstream said;
      said << metric.name << " is " << *answer.value << (metric.growth ? " in all" : "");
      if (!metric.stop.empty()) said << "; a run stops when it is " << metric.stop;
      return said.str();
    });
  }
}

/// Where a run takes its lock and listens for a halt.
std::string check_lock(const Target& target, bool probe) {
  const std::unique_ptr<LockPlace> place = lock_place(target);
  if (probe) {
    TargetLock lock(*place, "attach-check");
    if (const Trouble trouble = lock.take()) throw std::runtime_error(*trouble);
    if (const Trouble trouble = lock.release()) throw std::runtime_error(*trouble);
    return "was taken and given back: " + place->where();
  }
  const auto halted = who_halted(*place);
  if (!halted) throw std::runtime_error(halted.why());
  if (*halted) {
    throw std::runtime_error("runs are halted by " + **halted +
                             "; wavetank halt --release lifts it");
  }
  const auto runs = who_runs(*place);
  if (!runs) throw std::runtime_error(runs.why());
  if (*runs) throw std::runtime_error("the target is in use by " + **runs);
  return "can be read: " + place->where() + "; --probe also takes it";
}

/// Its address may hold a secret: only its server is told.
std::string check_notify(const Target& target, bool probe) {
  const std::string address = target.notify.address();
  if (address.find('@') < address.find('/', address.find("://") + 3)) {
    throw std::runtime_error("nobody logs in by its URL: a secret goes into its path");
  }
  if (!probe) return check_server(address) + "; --probe also posts";
  const Notice notice{"check", "wavetank attach --check tries whether it is heard"};
  const Trouble trouble = tell_webhook(address, "attach-check", target.name, notice,
                                       std::time(nullptr), whole_seconds(5));
  if (trouble) throw std::runtime_error(server_of(address) + ": " + *trouble);
  return server_of(address) + " took a notice";
}

/// What a run needs beside the platform itself.
void check_guards(const Target& target, const AttachCheckOptions& options, Pieces& pieces) {
  const bool probe = options.probe;
  if (!options.guarded) piece(pieces, "lock", true, [&] { return check_lock(target, probe); });
  if (!target.notify.given()) return left_out(pieces, "notify", "nobody is told of runs");
  // A run goes on where it is not heard.
  piece(pieces, "notify", false, [&] { return check_notify(target, probe); });
}

void check_strikes(const Target& target, Pieces& pieces) {
  for (const LinkTarget& link : target.links) {
    piece(pieces, "link " + link.service, false, [&] { return check_proxy(target, link); });
  }
  for (const SignalTarget& signal : target.signals) {
    piece(pieces, "signals " + signal.name, false, [&] { return check_pid(signal); });
  }
  for (const ActionTarget& action : target.actions) {
    piece(pieces, "action " + action.name, false, [&] { return check_action(action); });
  }
  if (target.links.empty()) left_out(pieces, "links", "no fault of a link can be done");
}

void check_reading(const Target& target, Pieces& pieces) {
  const AttachTarget& attach = target.attach;
  if (!attach.status.url.empty()) {
    piece(pieces, "status", true, [&] { return check_server(attach.status.url); });
  }
  if (!attach.status.query.empty()) {
    piece(pieces, "sql", true, [&] { return check_query(target); });
  } else {
    left_out(pieces, "sql", "states are watched by the status page");
  }
  if (!attach.topics.empty()) {
    piece(pieces, "topics", true, [&] {
      std::vector<std::string> names, ours;
      for (const TopicTarget& one : attach.topics) {
        names.push_back(one.name);
        if (one.tells_ours()) ours.push_back(one.name);
      }
      const auto missing = missing_topics(target.kafka, names, kafka_patience);
      if (!missing.empty()) throw std::runtime_error("there is no topic " + joined(missing));
      return joined(names) +
             (ours.empty() ? "" : "; ours can be published again in " + joined(ours));
    });
  }
  if (!attach.output.object.empty()) {
    piece(pieces, "objects", true, [&] { return check_store(target); });
  } else if (!attach.output.url.empty()) {
    piece(pieces, "output", true, [&] { return check_server(attach.output.url); });
  } else {
    left_out(pieces, "output", "outputs are not looked at");
  }
}

void check_receiver(const AttachTarget& attach, Pieces& pieces) {
  if (attach.receiver.listen.empty()) return left_out(pieces, "callback", "there is no receiver");
  piece(pieces, "callback", true, [&] {
    if (const Trouble trouble = callback_round_trip(attach.receiver)) {
      throw std::runtime_error(*trouble);
    }
    return "we are heard at " + attach.receiver.url();
  });
}

/// What a probe has left must be found, or clean will find nothing either.
std::string count_probe(const Target& target, const std::string& run) {
  std::string left, wrong;
  for (const Belongings& one : count_belongings(target, run)) {
    if (one.trouble) wrong += (wrong.empty() ? "" : "; ") + one.what + ": " + *one.trouble;
    if (one.trouble || one.count == 0) continue;
    left += (left.empty() ? "" : ", ") + std::to_string(one.count) + " " + one.what;
  }
  if (!wrong.empty()) throw std::runtime_error(wrong);
  if (left.empty()) throw std::runtime_error("nothing of run " + run + " is found there");
  return left + "; to remove them: wavetank clean --probe " + run + " --target " + target.file;
}

void try_request(const Target& target, const AttachCheckOptions& options, Pieces& pieces) {
  Probe probe;
  piece(pieces, "request", true, [&] {
    probe = probe_attached(target, options);
    return probe.said;
  });
  if (probe.run.empty()) return;
  const auto tells = [](const TopicTarget& topic) { return topic.tells_ours(); };
  if (std::any_of(target.attach.topics.begin(), target.attach.topics.end(), tells)) {
    piece(pieces, "ours in topics", false, [&] {
      if (probe.silent.empty()) return std::string("its messages were known in each");
      throw std::runtime_error("no message of it was known in " + joined(probe.silent) +
                               ": do run and id fit?");
    });
  }
  if (target.attach.belongings.empty()) return;
  piece(pieces, "left by the probe", false, [&] { return count_probe(target, probe.run); });
}

}  // namespace

std::vector<std::string> attached_unread(const Target& target) {
  Pieces pieces;
  check_reading(target, pieces);
  std::vector<std::string> unread;
  for (const CheckedPiece& one : pieces) {
    if (one.verdict == Verdict::fails) unread.push_back(one.part + ": " + one.said);
  }
  return unread;
}

std::vector<CheckedPiece> check_attached(const Target& target, const AttachCheckOptions& options) {
  Pieces pieces;
  const AttachTarget& attach = target.attach;
  piece(pieces, "secrets", true, [&] { return check_secrets(target); });
  for (const std::string& url : attach.health) {
    piece(pieces, "health", true, [&] { return check_page(url, true, header_lines(attach)); });
  }
  if (attach.health.empty()) left_out(pieces, "health", "only that its server answers");
  piece(pieces, "server", true, [&] { return check_server(attach.request.url); });
  check_reading(target, pieces);
  check_receiver(attach, pieces);
  check_guards(target, options, pieces);
  check_strikes(target, pieces);
  check_belongings(target, pieces);
  check_metrics(target, pieces);
  const bool broken = std::any_of(pieces.begin(), pieces.end(), [](const CheckedPiece& one) {
    return one.needed && one.verdict == Verdict::fails;
  });
  if (!options.probe) {
    left_out(pieces, "request", "not tried: --probe asks for one piece of work");
  } else if (broken) {
    left_out(pieces, "request", "not tried while something else is broken");
  } else {
    try_request(target, options, pieces);
  }
  return pieces;
}

}  // namespace wavetank::live
