#include "system/live/attached_watch.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "system/live/attached_text.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr std::size_t pages_most = 32;    // status pages read at a time
constexpr std::size_t outputs_most = 8;
constexpr Duration page_patience = whole_seconds(5);
constexpr Duration lately_least = whole_seconds(10);  // a turn of looks at many may take as long

json row_json(const pqxx::row& row) {
  json object = json::object();
  for (const auto& field : row) {
    object[field.name()] = field.is_null() ? json() : json(field.c_str());
  }
  return object;
}

/// Each of `due`, the next one first, for as long as `look` says that there is room for more.
template <class Do>
void in_turn(const std::vector<ProcessId>& due, ProcessId& next, Do look) {
  const auto first = std::lower_bound(due.begin(), due.end(), next) - due.begin();
  for (std::size_t i = 0; i < due.size(); ++i) {
    const ProcessId process = due[(static_cast<std::size_t>(first) + i) % due.size()];
    if (!look(process)) return;
    next = ProcessId{process.value + 1};
  }
}

}  // namespace

struct AttachedWatch::Look {
  struct Row {
    std::optional<ProcessId> process;  ///< where one was asked for by its id
    json values;
  };
  std::vector<Row> rows;
  std::string trouble;
  Time asked{};
};

AttachedWatch::AttachedWatch(LiveEnv& env, AttachedBook& book, HttpClient& client, LookPace& pace)
    : env_(env), attach_(env.target.attach), book_(book), client_(client), pace_(pace) {
  if (!attach_.status.query.empty()) {
    database_ = std::make_unique<SessionPool<PqSession>>(1, [this] {
      const DatabaseTarget& target = env_.target.database;
      return std::make_unique<PqSession>(target, "wavetank-watch", target.statement_timeout,
                                         sockets_);
    });
  }
  if (!attach_.output.object.empty()) {
    objects_ = std::make_unique<SessionPool<ObjectClient>>(
        2, [this] { return open_objects(env_.target.objects); });
  }
}

AttachedWatch::~AttachedWatch() = default;

double AttachedWatch::pages_per_s(const AttachTarget& attach) {
  std::size_t at_once = 0;
  if (attach.status.query.empty() && !attach.status.url.empty()) at_once += pages_most;
  if (!attach.output.url.empty()) at_once += outputs_most;
  return static_cast<double>(at_once) / seconds(attach.status.every);
}

void AttachedWatch::start() {
  last_seen_ = env_.clock.now();
  env_.root.spawn(watch());
}

void AttachedWatch::saw(Time at) {
  if (at - last_seen_ > longest_.lasted()) longest_ = {last_seen_, at};
  last_seen_ = std::max(last_seen_, at);
}

Unseen AttachedWatch::longest_unseen() const {
  const Unseen last{last_seen_, env_.clock.now()};
  return last.lasted() > longest_.lasted() ? last : longest_;
}

ProcessState AttachedWatch::state_of(const std::string& word) {
  const ProcessState state = attach_.words.state(word);
  if (state == ProcessState::unknown) ++unknown_words_[word.substr(0, 40)];
  return state;
}

void AttachedWatch::drifted(const std::string& what) {
  ++drift_;
  last_drift_ = what;
}

ToldState AttachedWatch::read_status(const std::string& body, Time asked) {
  ToldState told;
  told.asked = asked;
  const json document = json::parse(body, nullptr, false);
  const auto word = document.is_discarded() ? std::nullopt
                                            : text_at(document, attach_.status.state);
  if (!word) {
    drifted("a status says no state at " + attach_.status.state);
    return told;
  }
  told.state = state_of(*word);
  if (!attach_.status.version.empty()) {
    told.version = number_at(document, attach_.status.version);
    if (!told.version) drifted("a status says no version at " + attach_.status.version);
  }
  return told;
}

/// States and outputs take turns at what the pace has left.
Task<void> AttachedWatch::watch() {
  for (bool outputs_first = false;; outputs_first = !outputs_first) {
    co_await sleep(env_.loop, attach_.status.every);
    if (outputs_first) look_at_outputs();
    look_at_states();
    if (!outputs_first) look_at_outputs();
  }
}

void AttachedWatch::look_at_states() {
  if (database_) {
    look_by_query();
  } else if (!attach_.status.url.empty()) {
    look_by_page();
  }
}

Values AttachedWatch::values_of(ProcessId process) const {
  const AttachedProcess& one = book_[process];
  Values values;
  values["id"] = one.id;
  values["run"] = env_.run;
  values["key"] = values["version"] = book_.key_of(one.ticket.output);
  const AskedFor* asked = book_.asked(one.ticket.output);
  const auto& inputs = attach_.inputs;
  const bool named = asked != nullptr && asked->input < inputs.size();
  values["input"] = named ? inputs[asked->input].name : "";
  return values;
}

void AttachedWatch::look_by_page() {
  const std::vector<ProcessId> open = book_.open();
  if (open.empty()) saw(env_.loop.now());
  in_turn(open, next_page_, [this](ProcessId process) {
    if (asking_.contains(process)) return true;
    if (asking_.size() >= pages_most || !pace_.look(env_.clock.now())) return false;
    asking_.insert(process);
    ask_page(process);
    return true;
  });
}

Fetch AttachedWatch::page_at(const std::string& url, ProcessId process) const {
  Fetch fetch;
  fetch.url = fill(url, values_of(process), Quoting::url);
  fetch.headers = common_headers(attach_, values_of(process));
  fetch.timeout = page_patience;
  return fetch;
}

void AttachedWatch::ask_page(ProcessId process) {
  const Time asked = env_.clock.now();
  client_.fetch(page_at(attach_.status.url, process), [this, process, asked](Fetched got) {
    env_.loop.advance(env_.clock.now());
    asking_.erase(process);
    if (!got.ok() || got.reply.status != 200) {
      trouble_ = got.ok() ? "the status page answered " + std::to_string(got.reply.status)
                          : got.error;
      return;
    }
    trouble_.clear();
    saw(asked);
    const ToldState told = read_status(got.reply.body, asked);
    if (told.state != ProcessState::unknown) told_[process] = asked;
    book_.told(process, told);
  });
}

void AttachedWatch::look_by_query() {
  if (querying_) return;
  const std::string& query = attach_.status.query;
  const bool by_run = query.find("{id}") == std::string::npos;
  std::vector<std::pair<ProcessId, std::string>> wanted;
  if (!by_run) {
    for (const ProcessId process : book_.open()) wanted.emplace_back(process, book_[process].id);
  }
  if (by_run ? book_.size() == 0 : wanted.empty()) {
    saw(env_.loop.now());
    return;
  }
  querying_ = true;
  const std::string sql = with_parameter(query, by_run ? "{run}" : "{id}");
  auto look = std::make_shared<Look>();
  look->asked = env_.clock.now();
  database_->submit([this, sql, by_run, look, wanted, run = env_.run](auto& held) {
    try {
      held.get().transact([&](pqxx::work& work) {
        work.exec0("set transaction read only");
        if (by_run) {
          for (const auto& row : work.exec_params(sql, run)) {
            look->rows.push_back({std::nullopt, row_json(row)});
          }
        }
        for (const auto& [process, id] : wanted) {
          for (const auto& row : work.exec_params(sql, id)) {
            look->rows.push_back({process, row_json(row)});
          }
        }
      });
    } catch (const std::exception& error) {
      look->trouble = error.what();
      held.close();
    }
    env_.inbox.post([this, look] { found(*look); });
  });
}

void AttachedWatch::found(const Look& look) {
  querying_ = false;
  trouble_ = look.trouble;
  if (!look.trouble.empty()) return;
  saw(look.asked);
  for (const Look::Row& row : look.rows) {
    std::optional<ProcessId> process = row.process;
    if (!process) {
      const auto id = text_at(row.values, attach_.status.id);
      if (!id) {
        drifted("a row has no id at " + attach_.status.id);
        continue;
      }
      process = book_.find(*id);
      const auto key = attach_.status.key.empty() ? std::nullopt
                                                  : text_at(row.values, attach_.status.key);
      const auto output = key ? book_.output_of(*key) : std::nullopt;
      if (!process && output) process = book_.learn(*id, *output);
      if (!process || !process->valid()) continue;
    }
    const auto word = text_at(row.values, attach_.status.state);
    if (!word) {
      drifted("a row has no state at " + attach_.status.state);
      continue;
    }
    ToldState told;
    told.state = state_of(*word);
    told.asked = look.asked;
    told.sure = true;
    if (!attach_.status.version.empty()) {
      told.version = number_at(row.values, attach_.status.version);
      if (!told.version) drifted("a row says no version at " + attach_.status.version);
    }
    book_.told(*process, told);
  }
}

void AttachedWatch::look_at_outputs() {
  if (!attach_.output.given()) return;
  in_turn(book_.owing(), next_output_, [this](ProcessId process) {
    if (reading_.contains(process)) return true;
    if (reading_.size() >= outputs_most) return false;
    if (!objects_ && !pace_.look(env_.clock.now())) return false;
    reading_.insert(process);
    objects_ ? ask_object(process) : ask_output_page(process);
    return true;
  });
}

void AttachedWatch::ask_output_page(ProcessId process) {
  const Time asked = env_.clock.now();
  client_.fetch(page_at(attach_.output.url, process), [this, process, asked](Fetched got) {
    env_.loop.advance(env_.clock.now());
    reading_.erase(process);
    const unsigned status = got.ok() ? got.reply.status : 0;
    if (status == 200) return read_output(process, got.reply.body);
    const bool absent = status == 404 || status == 410;
    const std::string answer = "the output page answered " + std::to_string(status);
    missed_output(process, asked, absent ? "" : got.ok() ? answer : got.error);
  });
}

void AttachedWatch::ask_object(ProcessId process) {
  const std::string key = fill(attach_.output.object, values_of(process));
  const Time asked = env_.clock.now();
  objects_->submit([this, process, key, asked](auto& held) {
    std::string text, trouble;
    try {
      held.get().limit(page_patience);
      const auto got = held.get().get(key, {});
      if (got.ok()) {
        text = *got;
      } else if (got.failure() != Failure::not_found) {
        trouble = held.get().trouble();
        if (trouble.empty()) trouble = "it failed";
      }
    } catch (const std::exception& error) {
      trouble = error.what();
    }
    env_.inbox.post([this, process, text, trouble, asked] {
      reading_.erase(process);
      if (!text.empty()) return read_output(process, text);
      missed_output(process, asked, trouble);
    });
  });
}

/// It is not there, or, with trouble, nobody knows.
void AttachedWatch::missed_output(ProcessId process, Time asked, const std::string& trouble) {
  if (trouble.empty()) {
    absent_[process] = asked;
    return;
  }
  output_failed_ = std::max(output_failed_, asked);
  output_trouble_ = trouble;
}

/// From when on a look tells how things stand.
Time AttachedWatch::lately() const { return env_.clock.now() - std::max(old(), lately_least); }

std::set<OutputId> AttachedWatch::states_in_doubt() const {
  std::set<OutputId> doubted;
  if (database_ || attach_.status.url.empty()) return doubted;
  const Time since = lately();
  for (const ProcessId process : book_.open()) {
    const auto told = told_.find(process);
    if (told != told_.end() && told->second > since) continue;
    doubted.insert(book_[process].ticket.output);
  }
  return doubted;
}

std::set<OutputId> AttachedWatch::outputs_in_doubt() const {
  std::set<OutputId> doubted;
  if (!attach_.output.given()) return doubted;
  const Time since = std::max(lately(), output_failed_);
  for (const ProcessId process : book_.owing()) {
    const auto absent = absent_.find(process);
    if (absent != absent_.end() && absent->second > since) continue;
    doubted.insert(book_[process].ticket.output);
  }
  return doubted;
}

void AttachedWatch::read_output(ProcessId process, const std::string& text) {
  const OutputTarget& target = attach_.output;
  const json document = json::parse(text, nullptr, false);
  ToldOutput told;
  if (!target.complete.empty()) {
    const auto complete = text_at(document, target.complete);
    told.right = complete && *complete != "false";
  }
  if (!target.rows.empty()) {
    told.rows_out = number_at(document, target.rows);
    if (!told.rows_out) drifted("an output says no rows at " + target.rows);
    told.rows_rejected = number_at(document, target.rejected).value_or(0);
    const AskedFor* asked = book_.asked(book_[process].ticket.output);
    if (asked != nullptr && asked->input < attach_.inputs.size()) {
      const std::int64_t rows = attach_.inputs[asked->input].rows;
      if (rows > 0) told.rows_in = rows;
    }
    if (told.rows_in && told.rows_out) {
      told.right = told.right && *told.rows_in == *told.rows_out + *told.rows_rejected;
    }
  }
  book_.published(process, told);
}

}  // namespace wavetank::live
