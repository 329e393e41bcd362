#include "system/live/attach_target.h"

#include <algorithm>
#include <array>

#include "system/live/attached_text.h"

namespace wavetank::live {
namespace {

constexpr const char* field_kinds[] = {"text", "number", "flag"};
constexpr const char* input_kinds[] = {"plain", "hot", "big"};

void word(Fields& f, const char* name, std::string& value, std::span<const char* const> names,
          const FieldDoc& doc) {
  const auto found = std::find(names.begin(), names.end(), value);
  int index = found == names.end() ? 0 : static_cast<int>(found - names.begin());
  f.choice(name, index, names, doc);
  value = names[static_cast<std::size_t>(index)];
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_http(const std::string& url) { return url.starts_with("http://"); }

}  // namespace

void HeaderTarget::describe(Fields& f) {
  f.field("name", name, {.help = "Its name.", .required = true});
  f.field("value", value, {.help = "Its value: a template."});
  f.section("secret", secret, {.help = "What follows the value and must not be written here."});
}

void BodyField::describe(Fields& f) {
  f.field("at", at, {.help = "Where in the body: a JSON pointer.", .required = true});
  f.field("value", value, {.help = "A template.", .required = true});
  word(f, "kind", kind, field_kinds, {.help = "What it is in JSON: text, number or flag."});
}

void RequestTarget::describe(Fields& f) {
  f.field("method", method, {.help = "Its method."});
  f.field("url", url, {.help = "Where work is asked for: a template."});
  f.items("fields", fields, {.help = "The values of a JSON body."});
  f.field("body", body, {.help = "Instead of fields: the whole body, a template."});
  f.field("content_type", content_type, {.help = "What the body is."});
  f.field("accepted", accepted, {.help = "Statuses that mean accepted, such as 202 or 2xx."});
  f.field("id", id, {.help = "Where its answer says its own id: a JSON pointer."});
  f.field("priorities", priorities, {.help = "What {priority} is for p0, p1 and p2."});
}

void StatusTarget::describe(Fields& f) {
  f.field("url", url, {.help = "Where one request's status is read: a template with {id}."});
  f.field("query", query,
          {.help = "SQL that reads it instead: with {id} of one request, or with {run} of all."});
  f.field("id", id, {.help = "query with {run}: the column that is the id, as a pointer."});
  f.field("key", key, {.help = "query with {run}: the column that holds the {key} of a request."});
  f.field("state", state, {.help = "The word for its state: a pointer, or /column of the query."});
  f.field("version", version,
          {.help = "What grows with each change: tells an old answer from a step back."});
  f.field("every", every, {.help = "How often unfinished requests are looked at.", .min = 0.05});
}

void StateWords::describe(Fields& f) {
  f.field("accepted", accepted, {.help = "Its words for: taken in, nothing done yet."});
  f.field("published", published, {.help = "Its words for: handed to a queue."});
  f.field("launched", launched, {.help = "Its words for: planned or submitted."});
  f.field("running", running, {.help = "Its words for: being worked on."});
  f.field("succeeded", succeeded, {.help = "Its words for: done, and well."});
  f.field("failed", failed, {.help = "Its words for: ended without a result."});
  f.field("dead_lettered", dead_lettered, {.help = "Its words for: parked, nobody tries again."});
}

ProcessState StateWords::state(const std::string& word) const {
  if (has(accepted, word)) return ProcessState::accepted;
  if (has(published, word)) return ProcessState::published;
  if (has(launched, word)) return ProcessState::launched;
  if (has(running, word)) return ProcessState::running;
  if (has(succeeded, word)) return ProcessState::succeeded;
  if (has(failed, word)) return ProcessState::failed;
  if (has(dead_lettered, word)) return ProcessState::dead_lettered;
  return ProcessState::unknown;
}

void ReceiverTarget::describe(Fields& f) {
  f.field("listen", listen, {.help = "Where callbacks are received: host:port."});
  f.field("public_url", public_url,
          {.help = "How the platform reaches it, such as http://me:9000."});
  f.field("id", id, {.help = "Where a callback says the id: a JSON pointer."});
  f.field("state", state, {.help = "Where it says the state."});
  f.field("version", version, {.help = "Where it says the version of that state."});
  f.field("waits", waits,
          {.help = "How long the platform waits for an answer to its callback.", .min = 0.01});
}

void OutputTarget::describe(Fields& f) {
  f.field("object", object, {.help = "The key of what is written last: a template with {id}."});
  f.field("url", url, {.help = "Or the page that shows it: a template with {id}."});
  f.field("complete", complete, {.help = "A pointer to what must be there and not be false."});
  f.field("rows", rows, {.help = "A pointer to how many rows of the input were used."});
  f.field("rejected", rejected, {.help = "A pointer to how many rows were left out."});
}

void InputTarget::describe(Fields& f) {
  f.field("name", name, {.help = "What {input} is filled with.", .required = true});
  word(f, "kind", kind, input_kinds,
       {.help = "plain; hot: sent while key_skew lasts; big: while memory_pressure lasts."});
  f.field("share", share, {.help = "hot: the share of rows that one key holds.", .max = 1});
  f.field("bytes", bytes, {.help = "How much data it is."});
  f.field("rows", rows, {.help = "How many rows it has; 0 where nobody knows.", .min = 0});
}

void AttachTarget::describe(Fields& f) {
  f.items("headers", headers, {.help = "Sent with every request."});
  f.section("request", request, {.help = "How work is asked for."});
  f.section("status", status, {.help = "How its status is read."});
  f.section("words", words, {.help = "The platform's words for the states of a process."});
  f.section("receiver", receiver, {.help = "Where it calls back."});
  f.section("output", output, {.help = "What it leaves behind, written last."});
  f.items("inputs", inputs, {.help = "Data that requests may name."});
  f.items("topics", topics,
          {.help = "Topics of the platform that must be there, and how our messages are known."});
  f.items("belongings", belongings,
          {.help = "What the load leaves there, for clean: in the order of its removal."});
  f.section("prometheus", prometheus, {.help = "Where metrics are asked for by PromQL."});
  f.items("metrics", metrics, {.help = "Its own figures, read every second while a run lasts."});
  f.field("health", health, {.help = "URLs that answer 2xx while the platform is well."});
}

/// What nobody will ever fill in, and requests of which nobody could tell whose they are.
void AttachTarget::look_at_templates(std::vector<Problem>& found) const {
  std::vector<Problem> asked = {{"/attach/request/url", request.url},
                                {"/attach/request/body", request.body}};
  for (std::size_t i = 0; i < request.fields.size(); ++i) {
    asked.emplace_back("/attach/request/fields/" + std::to_string(i) + "/value",
                       request.fields[i].value);
  }
  const bool keyed = std::any_of(asked.begin(), asked.end(), [](const Problem& one) {
    return one.second.find("{key}") != std::string::npos ||
           one.second.find("{version}") != std::string::npos;
  });
  if (!keyed) {
    found.emplace_back("/attach/request",
                       "no request carries {key} or {version}, which begin with the id of the run: "
                       "nobody could tell whose it is, or clean it up");
  }
  asked.insert(asked.end(), {{"/attach/status/url", status.url},
                             {"/attach/status/query", status.query},
                             {"/attach/output/object", output.object},
                             {"/attach/output/url", output.url}});
  for (std::size_t i = 0; i < headers.size(); ++i) {
    asked.emplace_back("/attach/headers/" + std::to_string(i) + "/value", headers[i].value);
  }
  for (const auto& [place, text] : asked) {
    for (const std::string& name : unknown_placeholders(text)) {
      // A draft's open places are told with their lines by whoever reads the file.
      if (name.starts_with("fill_in")) continue;
      found.emplace_back(place, "nothing fills in {" + name + "}");
    }
  }
}

std::vector<AttachTarget::Problem> AttachTarget::problems() const {
  std::vector<Problem> found;
  const auto say = [&found](const char* place, const char* what) {
    found.emplace_back(place, what);
  };
  if (!is_http(request.url)) say("/attach/request/url", "work is asked for at an http:// URL");
  if (!request.body.empty() && !request.fields.empty()) {
    say("/attach/request/body", "a body is given by fields or as a whole, not both");
  }
  if (request.id.empty()) say("/attach/request/id", "without its id no request can be followed");
  if (!status.url.empty() && !is_http(status.url)) {
    say("/attach/status/url", "status is asked for at an http:// URL");
  }
  if (!output.url.empty() && !is_http(output.url)) {
    say("/attach/output/url", "outputs are asked for at an http:// URL");
  }
  if (!status.url.empty() && status.url.find("{id}") == std::string::npos) {
    say("/attach/status/url", "the URL of one request's status holds {id}");
  }
  const bool keyed = status.query.find("{id}") != std::string::npos ||
                     status.query.find("{run}") != std::string::npos;
  if (!status.query.empty() && !keyed) say("/attach/status/query", "it holds {id} or {run}");
  if (status.url.empty() && status.query.empty() && receiver.listen.empty()) {
    say("/attach/status/url", "nothing says how a request ends: a status or a callback must");
  }
  if (!words.any_terminal()) say("/attach/words/succeeded", "no word says that a request ended");
  if (!receiver.listen.empty() && receiver.state.empty()) {
    say("/attach/receiver/state", "a callback must say the state");
  }
  if (!is_http(receiver.url())) say("/attach/receiver/public_url", "it is an http:// URL");
  const auto of_metrics = metric_problems(prometheus, metrics);
  found.insert(found.end(), of_metrics.begin(), of_metrics.end());
  if (!output.object.empty() && !output.url.empty()) {
    say("/attach/output/url", "an output is an object or a page, not both");
  }
  look_at_templates(found);
  return found;
}

std::vector<std::string> AttachTarget::urls() const {
  std::vector<std::string> all;
  for (const std::string& url : {request.url, status.url, output.url}) {
    if (!url.empty()) all.push_back(url);
  }
  if (!receiver.listen.empty()) all.push_back(receiver.url());
  all.insert(all.end(), health.begin(), health.end());
  if (!prometheus.url.empty()) all.push_back(prometheus.url);
  for (const MetricTarget& one : metrics) {
    if (!one.page.empty()) all.push_back(one.page);
  }
  for (const BelongingTarget& one : belongings) {
    for (const std::string& url : {one.url, one.each}) {
      if (!url.empty()) all.push_back(url);
    }
  }
  return all;
}

std::vector<Sight> judgeable(const AttachTarget& attach) {
  using Much = Sight::Much;
  const bool ends = !attach.status.url.empty() || !attach.status.query.empty() ||
                    !attach.receiver.listen.empty();
  const bool looked_at = !attach.status.url.empty() || !attach.status.query.empty();
  const bool ordered = !attach.status.query.empty() || !attach.status.version.empty();
  const OutputTarget& output = attach.output;
  const bool counted = output.given() && !output.rows.empty();
  const auto all_or_none = [](bool seen) { return seen ? Much::all : Much::none; };
  return {
      {"no_process_lost", all_or_none(ends), "how requests end, by status or callback"},
      {"effect_once", looked_at ? Much::all : Much::part,
       "which requests it made of one key, and how often each ended"},
      {"terminal_absorbs", all_or_none(looked_at && ordered),
       "states in their order: SQL, or a version beside each"},
      {"truth_agrees", all_or_none(ends && output.given()), "states and outputs"},
      {"version_immutable", Much::none, "outputs are read once"},
      {"published_after_validated", Much::none, "its validation is not seen"},
      {"conserved", Much::part,
       counted ? "requests and rows; its messages are not seen" : "requests; rows are not seen"},
      {"read_your_writes", all_or_none(!attach.status.url.empty()), "what its status page tells"},
      {"fresh_or_flagged", Much::none, "it does not say what can be trusted"},
      {"reproducible", Much::none, "digests are not seen"},
      {"key_order", Much::none, "its messages are not seen"},
      {"commit_after_processing", Much::none, "its offsets are not seen"},
      {"dead_letter_complete", Much::none, "its messages are not seen"},
      {"cache_bounds", Much::none, "its cache is not seen"},
      {"fenced", Much::none, "its launches are not seen"},
      {"bounded_work", Much::none, "its limits and launches are not known"},
  };
}

}  // namespace wavetank::live
