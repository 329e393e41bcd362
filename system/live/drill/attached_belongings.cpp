#include "system/live/drill/attached_belongings.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "system/live/attached_text.h"
#include "system/live/drill/web.h"
#include "system/live/object_client.h"
#include "system/live/pq_session.h"

namespace wavetank::live {
namespace {

using nlohmann::json;

constexpr Duration patience = minutes(5);
constexpr Duration page_patience = whole_seconds(10);
constexpr Bytes page_most = mib(16);

/// Ids are put into patterns and URLs as they are.
bool names_a_run(const std::string& run) {
  return !run.empty() && std::all_of(run.begin(), run.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// What finds anything of a run that never was would find anybody's.
void refuse_strangers(std::uint64_t found) {
  if (found == 0) return;
  throw std::runtime_error("of a run that never was it finds " + std::to_string(found) +
                           ", too: it does not depend on {run}, and nothing was touched");
}

/// One of the target's belongings, of one run.
class Found {
 public:
  Found(const Target& target, const BelongingTarget& one, const std::string& run)
      : target_(target), one_(one), run_(run) {}

  std::int64_t count() const {
    if (one_.kind == "objects") return static_cast<std::int64_t>(keys().size());
    if (one_.kind == "page") return listed(page());
    return by_sql(true);
  }
  std::int64_t remove() const {
    if (one_.kind == "objects") return remove_objects();
    if (one_.kind == "page") return remove_each();
    return by_sql(false);
  }

 private:
  std::int64_t by_sql(bool only_count) const;
  std::vector<std::string> patterns() const;
  std::vector<std::string> keys() const;
  std::int64_t remove_objects() const;
  json page() const;
  const json& list_in(const json& page) const;
  std::int64_t listed(const json& page) const;
  std::int64_t remove_each() const;
  WebAnswer ask(const std::string& method, const std::string& url) const;

  const Target& target_;
  const BelongingTarget& one_;
  const std::string& run_;
};

std::int64_t Found::by_sql(bool only_count) const {
  std::string sql = only_count ? one_.count : one_.remove;
  if (one_.kind == "rows") {
    sql = (only_count ? "select count(*) from " : "delete from ") + one_.table + " where (" +
          one_.where + ")";
  }
  sql = with_parameter(std::move(sql), "{run}");
  SocketWatch watch;
  PqSession session(target_.database, "wavetank clean " + run_, patience, watch);
  std::int64_t number = 0;
  session.transact([&](pqxx::work& work) {
    if (!only_count) {
      // What throws is rolled back.
      refuse_strangers(work.exec_params(sql, no_run_at_all).affected_rows());
      number = static_cast<std::int64_t>(work.exec_params(sql, run_).affected_rows());
      return;
    }
    work.exec0("set transaction read only");
    const pqxx::result rows = work.exec_params(sql, run_);
    if (rows.size() != 1 || rows.columns() != 1) {
      throw std::runtime_error("count answers more than one number");
    }
    number = rows[0][0].as<std::int64_t>();
  });
  return number;
}

std::vector<std::string> Found::patterns() const {
  std::set<std::string> all;
  Values values{{"run", run_}};
  const bool by_input = one_.object.find("{input}") != std::string::npos;
  for (const InputTarget& input : target_.attach.inputs) {
    values["input"] = input.name;
    if (by_input) all.insert(fill(one_.object, values));
  }
  values["input"] = "*";
  if (all.empty()) all.insert(fill(one_.object, values));
  return {all.begin(), all.end()};
}

std::vector<std::string> Found::keys() const {
  const auto client = open_objects(target_.objects);
  client->limit(patience);
  std::set<std::string> found;
  for (const std::string& pattern : patterns()) {
    const auto entries = list_all(*client, pattern.substr(0, pattern.find('*')));
    if (!entries.ok()) throw std::runtime_error(client->trouble());
    for (const ObjectEntry& entry : *entries) {
      if (key_matches(pattern, entry.key)) found.insert(entry.key);
    }
  }
  return {found.begin(), found.end()};
}

std::int64_t Found::remove_objects() const {
  const std::vector<std::string> all = keys();
  const auto client = open_objects(target_.objects);
  client->limit(patience);
  for (const std::string& key : all) {
    if (!client->remove(key).ok()) throw std::runtime_error(client->trouble());
  }
  return static_cast<std::int64_t>(all.size());
}

WebAnswer Found::ask(const std::string& method, const std::string& url) const {
  WebCall call;
  call.method = method;
  call.url = url;
  call.timeout = page_patience;
  call.most = page_most;
  for (const HttpHeader& one : common_headers(target_.attach, {{"run", run_}})) {
    call.headers.push_back(one.name + ": " + one.value);
  }
  return ask_web(call);
}

json Found::page() const {
  const std::string url = fill(one_.url, {{"run", run_}}, Quoting::url);
  const WebAnswer answer = ask("GET", url);
  if (!answer.ok()) throw std::runtime_error(url + ": " + answer.said());
  json read = json::parse(answer.body, nullptr, false);
  if (read.is_discarded()) throw std::runtime_error(url + " answers no JSON");
  return read;
}

const json& Found::list_in(const json& page) const {
  const json::json_pointer at(one_.items);
  if (!page.contains(at) || !page.at(at).is_array()) {
    throw std::runtime_error("the page has no list at " + (one_.items.empty() ? "/" : one_.items));
  }
  return page.at(at);
}

std::int64_t Found::listed(const json& page) const {
  if (one_.total.empty()) return static_cast<std::int64_t>(list_in(page).size());
  const auto total = number_at(page, one_.total);
  if (!total) throw std::runtime_error("the page has no number at " + one_.total);
  return *total;
}

/// Page by page, as long as one shows what was not tried yet.
std::int64_t Found::remove_each() const {
  std::set<std::string> tried;
  std::int64_t gone = 0;
  std::string wrong;
  for (bool more = true; more;) {
    more = false;
    const json shown = page();
    for (const json& one : list_in(shown)) {
      const auto id = text_at(one, one_.id);
      if (!id) throw std::runtime_error("one of the list has no id at " + one_.id);
      if (!tried.insert(*id).second) continue;
      more = true;
      const std::string url = fill(one_.each, {{"run", run_}, {"id", *id}}, Quoting::url);
      const WebAnswer answer = ask("DELETE", url);
      if (answer.ok()) ++gone;
      const bool was_gone = answer.status == 404 || answer.status == 410;
      if (answer.ok() || was_gone || !wrong.empty()) continue;
      wrong = "DELETE " + url + ": " + answer.said();
    }
  }
  if (!wrong.empty()) throw std::runtime_error(wrong);
  return gone;
}

std::vector<Belongings> each(const Target& target, const std::string& run, bool remove) {
  std::vector<Belongings> all;
  for (const BelongingTarget& one : target.attach.belongings) {
    Belongings found{one.what};
    try {
      if (!names_a_run(run)) throw std::runtime_error("\"" + run + "\" is no run's id");
      const std::string nobody = no_run_at_all;
      refuse_strangers(static_cast<std::uint64_t>(Found(target, one, nobody).count()));
      const Found ours(target, one, run);
      found.count = remove ? ours.remove() : ours.count();
    } catch (const std::exception& error) {
      found.trouble = error.what();
    }
    all.push_back(std::move(found));
  }
  return all;
}

bool name_matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t from = star; from <= name.size(); ++from) {
    if (name_matches(rest, name.substr(from))) return true;
  }
  return false;
}

}  // namespace

bool key_matches(std::string_view pattern, std::string_view key) {
  for (;;) {
    if (pattern.empty()) return true;  // it ended with a /
    const std::size_t part = pattern.find('/'), name = key.find('/');
    if (!name_matches(pattern.substr(0, part), key.substr(0, name))) return false;
    const bool last = part == std::string_view::npos;
    if (last || name == std::string_view::npos) return last && name == std::string_view::npos;
    pattern.remove_prefix(part + 1);
    key.remove_prefix(name + 1);
  }
}

std::vector<Belongings> count_attached(const Target& target, const std::string& run) {
  return each(target, run, false);
}

std::vector<Belongings> remove_attached(const Target& target, const std::string& run) {
  return each(target, run, true);
}

}  // namespace wavetank::live
