#include <algorithm>
#include <array>
#include <filesystem>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {
namespace {

struct Layer {
  std::string_view folder;
  std::string_view name;
  std::vector<std::string_view> sees;  // Itself always.
};

// The first row whose folder holds the file decides.
const std::vector<Layer>& layers() {
  static const std::vector<Layer> rows = {
      {"system/base", "base", {}},
      {"system/ports", "ports", {"base"}},
      {"system/live", "live", {"base", "ports"}},
      {"system", "system", {"base", "ports"}},
      {"sim/kernel", "kernel", {"base", "ports"}},
      {"sim/random", "random", {"base"}},
      {"sim", "world", {"base", "ports", "kernel", "random"}},
      {"faults", "faults", {"base", "ports", "random"}},
      {"scenarios/engine", "engine", {"base", "ports", "system", "faults", "random"}},
      {"reports", "reports", {"base", "ports", "engine"}},
  };
  return rows;
}

// Commands, tests and benchmarks compose everything.
bool composes(std::string_view path) {
  return is_below(path, "app") || is_below(path, "tests") || is_below(path, "bench");
}

const Layer* layer_of(std::string_view path) {
  for (const auto& layer : layers()) {
    if (is_below(path, layer.folder)) return &layer;
  }
  return nullptr;
}

struct Library {
  std::string_view prefix;  // Of the path between the angle brackets.
  std::vector<std::string_view> folders;
};

const std::vector<Library>& libraries() {
  static const std::vector<Library> rows = {
      {"nlohmann/", {"scenarios", "reports", "faults", "app", "tests", "system/live"}},
      {"CLI/", {"app", "bench/live"}},
      {"spdlog/", {"app"}},
      {"zlib.h", {"scenarios", "tests"}},
      {"doctest/", {"tests"}},
      {"rapidcheck", {"tests"}},
      {"benchmark/", {"bench"}},
      {"boost/", {"system/live", "tests/live", "bench/live"}},
      {"librdkafka/", {"system/live", "tests/live"}},
      {"pqxx/", {"system/live"}},
      {"hiredis/", {"system/live"}},
      {"curl/", {"system/live"}},
      {"thread", {"system/live", "app", "tests/live", "bench/live"}},
      {"mutex", {"system/live", "app", "tests/live"}},
      {"shared_mutex", {"system/live", "app"}},
      {"condition_variable", {"system/live", "app", "tests/live"}},
      {"future", {"system/live", "app"}},
      {"random", {"system/live", "app"}},
  };
  return rows;
}

bool matches(std::string_view include, std::string_view prefix) {
  const bool is_folder = prefix.back() == '/' || prefix == "rapidcheck";
  return is_folder ? include.starts_with(prefix) : include == prefix;
}

std::string check_library(const Source& source, const Include& include) {
  for (const auto& library : libraries()) {
    if (!matches(include.path, library.prefix)) continue;
    const auto& folders = library.folders;
    const auto may = [&](std::string_view folder) { return is_below(source.path, folder); };
    if (std::any_of(folders.begin(), folders.end(), may)) return "";
    std::string text = "<" + include.path + "> may be included only from";
    for (const auto folder : folders) text += " " + std::string(folder);
    return text;
  }
  return "";
}

std::string check_own(const Source& source, const Include& include) {
  if (include.path == "wavetank_version.h") return is_below(source.path, "app") ? "" : "app only";
  if (!std::filesystem::exists(std::filesystem::path(WAVETANK_SOURCE_DIR) / include.path)) {
    return "\"" + include.path + "\" is no path from the root of the repository";
  }
  if (composes(source.path)) return "";
  const auto* from = layer_of(source.path);
  if (from == nullptr) return "";
  const auto* to = layer_of(include.path);
  const std::string_view target = to == nullptr ? "code that composes worlds" : to->name;
  if (target == from->name) return "";
  if (std::find(from->sees.begin(), from->sees.end(), target) != from->sees.end()) return "";
  std::string text = std::string(from->name) + " must not see " + std::string(target) + " (\"" +
                     include.path + "\"); it may see";
  for (const auto seen : from->sees) text += " " + std::string(seen);
  return text;
}

}  // namespace

std::vector<Complaint> check_includes(const Source& source) {
  std::vector<Complaint> complaints;
  for (const auto& include : source.includes) {
    const auto text = include.angled ? check_library(source, include) : check_own(source, include);
    if (!text.empty()) complaints.push_back({source.path, include.line, text});
  }
  return complaints;
}

}  // namespace wavetank::tidy
