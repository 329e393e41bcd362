#include <algorithm>
#include <cctype>
#include <filesystem>

#include "tests/tidy/rules.h"

namespace wavetank::tidy {
namespace {

namespace fs = std::filesystem;

bool is_elsewhere(const std::string& target) {
  return target.empty() || target[0] == '#' || target.find("://") != std::string::npos ||
         target.starts_with("mailto:");
}

/// The targets of [text](target) and ![text](target) in one line, without anchors and titles.
std::vector<std::string> targets(const std::string& line) {
  std::vector<std::string> found;
  for (auto at = line.find("]("); at != std::string::npos; at = line.find("](", at + 2)) {
    const auto end = line.find(')', at);
    if (end == std::string::npos) break;
    const auto target = line.substr(at + 2, end - at - 2);
    if (is_elsewhere(target)) continue;
    found.push_back(target.substr(0, target.find_first_of("# ")));
  }
  return found;
}

}  // namespace

std::vector<Complaint> check_links(const Source& source) {
  std::vector<Complaint> complaints;
  if (!source.path.ends_with(".md")) return complaints;
  const auto folder = fs::path(WAVETANK_SOURCE_DIR) / fs::path(source.path).parent_path();
  bool in_code = false;
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    if (source.lines[i].starts_with("```")) in_code = !in_code;
    if (in_code) continue;
    for (const auto& target : targets(source.lines[i])) {
      if (fs::exists(folder / target)) continue;
      complaints.push_back({source.path, static_cast<int>(i) + 1, "a link to nothing: " + target});
    }
  }
  return complaints;
}

std::vector<Complaint> check_machine_paths(const Source& source) {
  std::vector<Complaint> complaints;
  // Spelled in halves, so that this file does not complain of itself.
  static const std::vector<std::string> roots = {
      "/wo"
      "rk/",
      "/tm"
      "p/",
      "/ho"
      "me/",
      "/ro"
      "ot/"};
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    const auto& line = source.lines[i];
    for (const auto& root : roots) {
      const auto at = line.find(root);
      if (at == std::string::npos) continue;
      // Part of a longer path or an address is no root.
      const char before = at == 0 ? ' ' : line[at - 1];
      if (std::isalnum(static_cast<unsigned char>(before)) || before == '.' || before == '_' ||
          before == '}' || before == '-') {
        continue;
      }
      complaints.push_back(
          {source.path, static_cast<int>(i) + 1, "a path of one machine: " + root});
    }
  }
  return complaints;
}

}  // namespace wavetank::tidy
