#include "app/live/target_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>

#include "scenarios/engine/text/layers.h"
#include "scenarios/engine/text/read_fields.h"
#include "scenarios/engine/text/schema.h"

namespace wavetank::app {
namespace {

namespace fs = std::filesystem;
using live::Target;

/// Collects what no single field can tell.
class Checks {
 public:
  Checks(const Target& target, engine::Problems& problems)
      : target_(target), problems_(problems) {}

  void all() {
    const auto& objects = target_.objects;
    if (objects.kind == "s3") {
      needs(objects.endpoint, "/objects/endpoint", "an S3 store needs its URL");
      needs(objects.bucket, "/objects/bucket", "an S3 store needs a bucket");
    } else if (target_.platform == "wavetank") {
      needs(objects.folder, "/objects/folder", "a store in a folder needs the folder");
    }
    if (target_.platform == "wavetank") {
      needs(target_.kafka.brokers, "/kafka/brokers", "the queue needs its brokers");
    }
    encryption();
    if (!target_.links.empty()) {
      needs(target_.toxiproxy, "/toxiproxy", "links run through Toxiproxy, whose URL is missing");
    }
    processes();
    if (target_.platform != "attached") return ours();
    strikes();
    for (const auto& [pointer, what] : target_.attach.problems()) add(pointer, what);
  }

 private:
  void add(const std::string& pointer, const std::string& what, const std::string& hint = "") {
    problems_.add({target_.file, 0, 0, pointer, what, hint});
  }
  void needs(const std::string& value, const char* pointer, const char* what) {
    if (value.empty()) add(pointer, what);
  }

  /// What would be written in vain, and what would be missing.
  void encryption() {
    const auto& kafka = target_.kafka;
    const bool logs_in = kafka.security.starts_with("sasl_");
    const bool by_tls = kafka.security.ends_with("ssl");
    if (logs_in) {
      needs(kafka.user, "/kafka/user", "logging in needs a user");
      if (!kafka.password.given()) add("/kafka/password", "logging in needs a password");
    } else if (!kafka.user.empty() || kafka.password.given()) {
      add("/kafka/user", "nobody logs in by security " + engine::in_quotes(kafka.security),
          "Write sasl_plaintext or sasl_ssl.");
    }
    in_vain(!by_tls && !kafka.ca.empty(), "/kafka", "Write ssl or sasl_ssl as security.");
    const auto& database = target_.database;
    const bool verifies = database.sslmode.starts_with("verify");
    if (verifies) needs(database.ca, "/database/ca", "verifying the server needs its CA");
    in_vain(!verifies && !database.ca.empty(), "/database",
            "Write verify-ca or verify-full as sslmode.");
    in_vain(!target_.cache.tls && !target_.cache.ca.empty(), "/cache", "Write true as tls.");
    const auto& objects = target_.objects;
    in_vain(!objects.endpoint.starts_with("https://") && !objects.ca.empty(), "/objects",
            "Its endpoint must be https://.");
  }
  void in_vain(bool is, const std::string& section, const char* hint) {
    if (is) add(section + "/ca", "nothing is verified by it", hint);
  }

  /// Processes of ours are killed and held by who supervises them, and paused by their gates.
  void ours() {
    const char* hint = "Name the process as a fault's target; remove this section.";
    const char* what = "of our own platform every process can be struck without it";
    if (!target_.signals.empty()) add("/signals", what, hint);
    if (!target_.actions.empty()) add("/actions", what, hint);
  }

  /// One name and one fault is one thing that is done. A signal does both faults.
  void strikes() {
    std::map<std::string, std::string> taken;  // by name and fault: where
    const auto take = [&](const std::string& name, const std::string& fault,
                          const std::string& where, const char* hint) {
      const auto [first, fresh] = taken.try_emplace(name + ' ' + fault, where);
      if (fresh) return true;
      add(where + "/name", engine::in_quotes(name) + ": its " + fault + " is done by " +
                               first->second + " already", hint);
      return false;
    };
    for (std::size_t i = 0; i < target_.signals.size(); ++i) {
      const std::string where = "/signals/" + std::to_string(i);
      const std::string& name = target_.signals[i].name;
      if (take(name, "crash", where, "Give it another name.")) {
        take(name, "pause", where, "Give it another name.");
      }
    }
    for (std::size_t i = 0; i < target_.actions.size(); ++i) {
      take(target_.actions[i].name, target_.actions[i].as, "/actions/" + std::to_string(i),
           "A signal kills and pauses; an action does what `as` says.");
    }
  }

  void address(const std::string& text, const std::string& pointer) {
    const std::size_t colon = text.rfind(':');
    int port = -1;
    if (colon != std::string::npos) {
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    }
    if (colon == std::string::npos || colon == 0 || port < 0 || port > 65'535) {
      add(pointer, engine::in_quotes(text) + " is no address", "Write host:port.");
    } else if (!taken_.insert(text).second) {
      add(pointer, engine::in_quotes(text) + " is taken by another process of this file");
    }
  }

  void processes() {
    std::set<std::string> names;
    for (std::size_t i = 0; i < target_.processes.size(); ++i) {
      const live::ProcessTarget& one = target_.processes[i];
      const std::string pointer = "/processes/" + std::to_string(i);
      if (!names.insert(one.name).second) {
        add(pointer + "/name", engine::in_quotes(one.name) + " is named twice");
      }
      address(one.control, pointer + "/control");
      if (!one.listen.empty()) address(one.listen, pointer + "/listen");
    }
  }

  const Target& target_;
  engine::Problems& problems_;
  std::set<std::string> taken_;
};

/// Whether somebody logs in at a web server by what stands before its host.
bool logs_in(const std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const std::size_t end = text.find_first_of("/?# \t\n\"'", at + 3);
    const bool web = text.substr(0, at).ends_with("http") || text.substr(0, at).ends_with("https");
    if (web && text.substr(at + 3, end - at - 3).find('@') != std::string::npos) return true;
  }
  return false;
}

/// What `attach --init` could not know, and nobody has filled in yet; and secrets in the open.
void find_unfit(const engine::Node& node, const std::string& pointer, engine::Problems& problems) {
  if (node.kind == engine::Node::Kind::text) {
    if (logs_in(node.text)) {
      problems.add(engine::problem_at(node.place, pointer, "no user or password stands in a URL: "
                                                           "it is printed where things go wrong",
                                      "Write a header or token with a secret, by env or file."));
    }
    const std::size_t at = node.text.find("{fill_in");
    if (at == std::string::npos) return;
    const std::string open = node.text.substr(at, node.text.find('}', at) + 1 - at);
    problems.add(engine::problem_at(node.place, pointer, open + " is still to be filled in",
                                    "Only who knows the platform can."));
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    find_unfit(node.items[i], pointer + "/" + std::to_string(i), problems);
  }
  for (const engine::Member& one : node.members) {
    find_unfit(one.value, pointer + "/" + one.key, problems);
  }
}

void make_absolute(Target& target) {
  const fs::path folder = fs::absolute(target.file).parent_path();
  const auto absolute = [&folder](std::string& path) {
    if (!path.empty()) path = (folder / path).lexically_normal().string();
  };
  if (target.state.empty()) target.state = target.name + "-state";
  absolute(target.state);
  absolute(target.objects.folder);
  absolute(target.worker.scratch);
  absolute(target.kafka.ca);
  absolute(target.database.ca);
  absolute(target.cache.ca);
  absolute(target.objects.ca);
  absolute(target.marker.file);
  for (live::Secret* secret :
       {&target.token, &target.kafka.password, &target.database.password, &target.cache.password,
        &target.objects.access_key, &target.objects.secret_key, &target.notify.secret}) {
    absolute(secret->file);
  }
  for (live::HeaderTarget& one : target.attach.headers) absolute(one.secret.file);
  absolute(target.attach.prometheus.token.file);
  for (live::SignalTarget& one : target.signals) absolute(one.pid_file);
  if (target.worker.scratch.empty()) target.worker.scratch = target.state + "/scratch";
}

}  // namespace

std::optional<Target> read_target(const std::string& path, const std::vector<std::string>& sets,
                                  engine::Problems& problems) {
  const std::optional<engine::Node> root = engine::load(
      path, sets, problems, engine::read_from_disk(), {"--set-target", "database.port=5433"});
  if (!root) return std::nullopt;
  Target target;
  target.file = path;
  engine::Provenance provenance;
  engine::ReadFields reader(*root, problems, provenance);
  target.describe(reader);
  reader.finish();
  find_unfit(*root, "", problems);
  Checks(target, problems).all();
  if (!problems.empty()) return std::nullopt;
  make_absolute(target);
  return target;
}

std::string target_schema() {
  engine::SchemaFields fields;
  Target target;
  target.describe(fields);
  return fields.text("A wavetank target");
}

std::vector<std::string> missing_processes(const Target& target,
                                           const std::vector<std::string>& nodes) {
  std::vector<std::string> missing;
  for (const std::string& node : nodes) {
    if (target.process(node) == nullptr) missing.push_back(node);
  }
  return missing;
}

}  // namespace wavetank::app
