#include "app/live/openapi_draft.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/live/openapi_words.h"

namespace wavetank::app {
namespace {

using namespace openapi;
using nlohmann::json;

constexpr int refs_most = 20;

struct Operation {
  std::string path;
  json body;    ///< properties of its request, by name
  json answer;  ///< and of what accepts it
  std::vector<std::string> required, accepted;
  std::string callback, id;
  int score = 0;
};

class Draft {
 public:
  Draft(const json& document, const std::string& source) : document_(document), source_(source) {}

  bool find() {
    if (!document_.contains("paths") || !document_["paths"].is_object()) return false;
    for (const auto& [path, item] : document_["paths"].items()) {
      if (item.is_object() && item.contains("post")) consider(path, item["post"]);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Operation& a, const Operation& b) { return a.score > b.score; });
    return !found_.empty();
  }
  std::string write();

 private:
  json resolve(json schema) const;
  json properties(const json& content) const;
  void consider(const std::string& path, const json& operation);
  void find_status(const Operation& operation);
  void find_words(const json& state);
  void find_list(const Operation& operation);
  std::string base() const;
  std::vector<std::string> fields(const Operation& operation, std::vector<std::string>& priorities,
                                  std::vector<std::string>& left_out) const;
  std::string head(const Operation& operation) const;
  std::string request(const Operation& operation) const;
  std::string status() const;
  std::string words() const;
  std::string belongings(const Operation& operation) const;
  std::string rest(const Operation& operation) const;
  std::string others() const;

  const json& document_;
  const std::string& source_;
  std::vector<Operation> found_;
  std::string status_path_, state_, change_;
  std::string list_query_, list_items_, list_total_;  ///< of the page that lists requests
  std::vector<std::pair<std::string, std::vector<std::string>>> states_;
  std::vector<std::string> strange_;
  std::vector<std::string> health_;
};

/// What a $ref stands for, and the first real choice of anyOf, oneOf and allOf.
json Draft::resolve(json schema) const {
  for (int i = 0; i < refs_most && schema.is_object(); ++i) {
    if (schema.contains("$ref") && schema["$ref"].is_string()) {
      const std::string ref = schema["$ref"];
      if (!ref.starts_with("#/")) return json::object();
      const json::json_pointer at(ref.substr(1));
      if (!document_.contains(at)) return json::object();
      schema = json(document_.at(at));
      continue;
    }
    const json* choice = nullptr;
    for (const char* word : {"allOf", "anyOf", "oneOf"}) {
      if (!schema.contains(word) || !schema[word].is_array()) continue;
      for (const json& one : schema[word]) {
        if (choice == nullptr && one.is_object() && one.value("type", "") != "null") choice = &one;
      }
    }
    if (choice == nullptr) break;
    schema = json(*choice);
  }
  return schema.is_object() ? schema : json::object();
}

json Draft::properties(const json& content) const {
  if (!content.is_object() || !content.contains("content")) return json::object();
  for (const auto& [type, media] : content["content"].items()) {
    if (type.find("json") == std::string::npos || !media.contains("schema")) continue;
    return resolve(media["schema"]);
  }
  return json::object();
}

void Draft::consider(const std::string& path, const json& operation) {
  Operation one;
  one.path = path;
  const json body = operation.contains("requestBody")
                        ? properties(resolve(operation["requestBody"]))
                        : json::object();
  one.body = body.value("properties", json::object());
  for (const json& name : body.value("required", json::array())) one.required.push_back(name);
  const json responses = operation.value("responses", json::object());
  for (const auto& [code, response] : responses.items()) {
    if (!code.starts_with("2")) continue;
    one.accepted.push_back(code);
    const json answer = properties(resolve(response)).value("properties", json::object());
    if (one.answer.is_null() || one.answer.empty()) one.answer = answer;
  }
  for (const auto& [name, schema] : one.body.items()) {
    if (one.callback.empty() && says(name, callback_words)) one.callback = name;
  }
  if (one.answer.is_object()) {
    for (const auto& [name, schema] : one.answer.items()) {
      const std::string small = lower(name);
      if (small == "id" || small == "uuid") one.id = name;
      const bool like = small.ends_with("_id") || small.ends_with("id");
      if (one.id.empty() && like && !one.body.contains(name)) one.id = name;
    }
  }
  one.score = (one.callback.empty() ? 0 : 4) + (operation.contains("callbacks") ? 2 : 0) +
              (one.id.empty() ? 0 : 3) +
              (std::count(one.accepted.begin(), one.accepted.end(), "202") > 0 ? 1 : 0);
  if (one.score >= 3) found_.push_back(std::move(one));
}

void Draft::find_words(const json& state) {
  const json schema = resolve(state);
  const std::span<const KnownWords> all = known_states();
  for (const KnownWords& known : all) states_.push_back({known.list, {}});
  for (const json& word : schema.value("enum", json::array())) {
    if (!word.is_string()) continue;
    bool known = false;
    for (std::size_t i = 0; i < all.size() && !known; ++i) {
      known = is_one_of(word, all[i].words);
      if (known) states_[i].second.push_back(word);
    }
    if (!known) strange_.push_back(word);
  }
}

/// The page of one request: a GET right below what takes it in, with one parameter.
void Draft::find_status(const Operation& operation) {
  for (const auto& [path, item] : document_["paths"].items()) {
    if (!item.is_object() || !item.contains("get")) continue;
    if (path.find('{') == std::string::npos && says(path, health_words)) health_.push_back(path);
    const std::string below = operation.path + "/{";
    const bool one = path.starts_with(below) && path.find('}') == path.size() - 1;
    if (!one) continue;
    status_path_ = path.substr(0, below.size() - 1) + "{id}";
    const json responses = item["get"].value("responses", json::object());
    for (const auto& [code, response] : responses.items()) {
      if (code != "200") continue;
      const json answer = properties(resolve(response)).value("properties", json::object());
      for (const auto& [name, schema] : answer.items()) {
        if (state_.empty() && is_one_of(name, state_words)) {
          state_ = name;
          find_words(schema);
        }
        if (change_.empty() && is_one_of(name, change_words)) change_ = name;
      }
    }
  }
  if (states_.empty()) find_words(json::object());
}

/// The page that lists requests by a word of ours, where each can be deleted, too.
void Draft::find_list(const Operation& operation) {
  bool deletes = false;
  for (const auto& [path, item] : document_["paths"].items()) {
    const bool one = path.starts_with(operation.path + "/{") && path.find('}') == path.size() - 1;
    deletes = deletes || (one && item.is_object() && item.contains("delete"));
  }
  const json list = document_["paths"][operation.path].value("get", json::object());
  if (!deletes || list.empty()) return;
  bool by_begin = false;
  for (const json& raw : list.value("parameters", json::array())) {
    const json parameter = resolve(raw);
    const std::string name = parameter.value("name", "");
    if (parameter.value("in", "") != "query") continue;
    if (!says(name, key_words) && !says(name, version_words)) continue;
    const bool begins = says(parameter.value("description", ""), begins_words);
    if (list_query_.empty() || (begins && !by_begin)) list_query_ = name;
    by_begin = by_begin || begins;
  }
  const json responses = list.value("responses", json::object());
  for (const auto& [code, response] : responses.items()) {
    if (!code.starts_with("2")) continue;
    const json shown = properties(resolve(response)).value("properties", json::object());
    for (const auto& [name, schema] : shown.items()) {
      if (resolve(schema).value("type", "") == "array") list_items_ = name;
      if (is_one_of(name, total_words)) list_total_ = name;
    }
  }
}

std::string Draft::base() const {
  const json servers = document_.value("servers", json::array());
  if (servers.is_array() && !servers.empty() && servers[0].is_object()) {
    std::string url = servers[0].value("url", "");
    while (url.ends_with('/')) url.pop_back();
    if (url.starts_with("http://")) return url;
  }
  if (!source_.starts_with("http://")) return "http://" + fill_in("host") + ":" + fill_in("port");
  return source_.substr(0, source_.find('/', 7));
}

std::vector<std::string> Draft::fields(const Operation& operation,
                                       std::vector<std::string>& priorities,
                                       std::vector<std::string>& left_out) const {
  std::vector<std::string> lines;
  const auto add = [&lines](const std::string& name, const std::string& value,
                            const std::string& kind) {
    lines.push_back("{\"at\": " + in_json("/" + name) + ", \"value\": " + in_json(value) +
                    (kind == "text" ? "" : ", \"kind\": " + in_json(kind)) + "}");
  };
  for (const auto& [name, raw] : operation.body.items()) {
    const json schema = resolve(raw);
    const std::string type = schema.value("type", "string");
    const bool number = type == "integer" || type == "number";
    const std::string kind = number ? "number" : type == "boolean" ? "flag" : "text";
    const bool needed = std::count(operation.required.begin(), operation.required.end(), name) > 0;
    const json choices = schema.value("enum", json::array());
    if (name == operation.callback) {
      add(name, "{callback_url}", "text");
    } else if (kind == "text" && says(name, key_words)) {
      add(name, "{key}", "text");
    } else if (says(name, priority_words) && !choices.empty()) {
      add(name, "{priority}", "text");
      for (auto it = choices.rbegin(); it != choices.rend(); ++it) priorities.push_back(*it);
      while (priorities.size() < 3) priorities.push_back(priorities.back());
    } else if (kind == "text" && says(name, version_words)) {
      add(name, "{version}", "text");
    } else if (kind == "text" && says(name, input_words)) {
      add(name, "{input}", "text");
    } else if (number && says(name, bytes_words)) {
      add(name, "{bytes}", "number");
    } else if (needed) {
      add(name, choices.empty() ? fill_in(name) : choices[0].get<std::string>(), kind);
    } else {
      left_out.push_back(name);
    }
  }
  return lines;
}

std::string Draft::head(const Operation& operation) const {
  const json info = document_.value("info", json::object());
  std::string name = lower(info.value("title", std::string("platform")));
  std::replace(name.begin(), name.end(), ' ', '-');
  return "{\n  // Drafted from " + source_ + " by its operation POST " + operation.path +
         ".\n  // Whatever says fill_in needs you. Then: wavetank attach --check THIS-FILE\n"
         "  \"name\": " + in_json(name) +
         ",\n  \"environment\": \"test\",\n  \"platform\": \"attached\",\n"
         "  // Nothing is touched but what resolves to these networks.\n"
         "  \"allow\": [\"127.0.0.0/8\"],\n"
         "  // The owner's consent: a page, row, key, topic or file that is the owner's.\n"
         "  \"marker\": {\"kind\": \"http\", \"url\": " +
         in_json(base() + "/" + fill_in("marker_page")) + "},\n" +
         "  \"limits\": {\"max_rate\": \"10/s\", \"max_in_flight\": 100},\n"
         "  \"attach\": {\n";
}

std::string Draft::request(const Operation& operation) const {
  std::vector<std::string> priorities, left_out;
  const std::vector<std::string> lines = fields(operation, priorities, left_out);
  std::string text = "    \"request\": {\n      \"url\": " + in_json(base() + operation.path) +
                     ",\n      \"fields\": [\n";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    text += "        " + lines[i] + (i + 1 < lines.size() ? ",\n" : "\n");
  }
  text += "      ],\n";
  for (const std::string& name : left_out) text += "      // left out: " + name + "\n";
  if (!priorities.empty()) {
    text += "      // For p0, p1 and p2: put them into their order.\n      \"priorities\": " +
            list_of(priorities) + ",\n";
  }
  const std::vector<std::string> any{"2xx"};
  text += "      \"accepted\": " + list_of(operation.accepted.empty() ? any : operation.accepted) +
          ",\n      \"id\": " +
          in_json("/" + (operation.id.empty() ? fill_in("id") : operation.id)) + "\n    },\n";
  return text;
}

std::string Draft::status() const {
  if (status_path_.empty()) {
    return "    // No page shows one request: say how its status is read, by url or SQL.\n"
           "    \"status\": {\"url\": " +
           in_json(base() + "/" + fill_in("status_page") + "/{id}") + "},\n";
  }
  std::string text = "    \"status\": {\"url\": " + in_json(base() + status_path_) +
                     ", \"state\": " + in_json("/" + (state_.empty() ? fill_in("state") : state_));
  if (!change_.empty()) text += ", \"version\": " + in_json("/" + change_);
  return text + "},\n";
}

std::string Draft::words() const {
  std::string text;
  for (const std::string& word : strange_) {
    text += "    // What does " + in_json(word) + " mean? Put it into one of these lists.\n";
  }
  text += "    \"words\": {\n";
  for (std::size_t i = 0; i < states_.size(); ++i) {
    text += "      " + in_json(states_[i].first) + ": " + list_of(states_[i].second) +
            (i + 1 < states_.size() ? ",\n" : "\n");
  }
  return text + "    },\n";
}

std::string Draft::belongings(const Operation& operation) const {
  std::string text =
      "    // What the load leaves, so that clean can remove it. {run} begins every {key} and\n"
      "    // {version}. Also {\"kind\": \"rows\", \"table\": \"shop.orders\", \"where\":\n"
      "    // \"starts_with(reference, {run})\"} and {\"kind\": \"objects\", \"object\":\n"
      "    // \"results/{input}/{run}-*/\"}, each with \"what\".\n";
  if (list_query_.empty()) return text + "    \"belongings\": [],\n";
  const std::string page = base() + operation.path;
  text += "    // Does this page show all whose " + list_query_ + " begins with what is asked,\n"
          "    // and does DELETE remove one, whatever its state?\n"
          "    \"belongings\": [{\"what\": \"requests\", \"kind\": \"page\", \"url\": " +
          in_json(page + "?" + list_query_ + "={run}") + ",\n      \"items\": " +
          in_json(list_items_.empty() ? "" : "/" + list_items_);
  if (!list_total_.empty()) text += ", \"total\": " + in_json("/" + list_total_);
  return text + ", \"id\": " + in_json("/" + (operation.id.empty() ? "id" : operation.id)) +
         ", \"each\": " + in_json(page + "/{id}") + "}],\n";
}

std::string Draft::rest(const Operation& operation) const {
  std::string text;
  if (!operation.callback.empty()) {
    text += "    // Where we listen; public_url: how we are reached. Pointers into its body.\n"
            "    \"receiver\": {\"listen\": \"127.0.0.1:9099\", \"state\": " +
            in_json("/" + (state_.empty() ? std::string("status") : state_)) +
            ", \"id\": " + in_json("/" + (operation.id.empty() ? "id" : operation.id)) +
            ", \"waits\": \"5s\"},\n";
  }
  text += "    // Data that {input} names; a hot and a big one make key_skew and memory_pressure\n"
          "    // possible: {\"name\": ..., \"kind\": \"hot\", \"share\": \"60%\"}.\n"
          "    \"inputs\": [{\"name\": " + in_json(fill_in("dataset")) + "}],\n"
          "    // What is written last for a request that succeeded: \"object\" with {id}, in the\n"
          "    // store of \"objects\", or a \"url\".\n"
          "    \"output\": {},\n";
  text += belongings(operation);
  std::vector<std::string> pages;
  for (const std::string& path : health_) pages.push_back(base() + path);
  return text + "    \"health\": " + list_of(pages) + "\n  }\n}\n";
}

std::string Draft::others() const {
  std::string text;
  for (std::size_t i = 1; i < found_.size(); ++i) {
    text += "    // Another that takes in something: POST " + found_[i].path + "\n";
  }
  return text;
}

std::string Draft::write() {
  const Operation& operation = found_.front();
  find_status(operation);
  find_list(operation);
  return head(operation) + others() + request(operation) + status() + words() + rest(operation);
}

}  // namespace

std::optional<std::string> draft_target(const json& document, const std::string& source,
                                        std::string& why) {
  if (!document.is_object() || !document.value("openapi", json()).is_string() ||
      !document["openapi"].get<std::string>().starts_with("3.")) {
    why = "it is no OpenAPI 3 document in JSON";
    return std::nullopt;
  }
  try {
    Draft draft(document, source);
    if (!draft.find()) {
      why = "no POST operation of it answers with an id or takes a callback";
      return std::nullopt;
    }
    return draft.write();
  } catch (const json::exception& error) {
    why = std::string("it is not as OpenAPI documents are: ") + error.what();
    return std::nullopt;
  }
}

}  // namespace wavetank::app
