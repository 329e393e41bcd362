#include "reports/chain.h"

#include <algorithm>

#include "reports/words.h"

namespace wavetank::reports {
namespace {

/// Inside double quotes of a flow chart; entities stand for what would end them.
std::string in_node(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"') {
      out += "#quot;";
    } else if (c == '<' || c == '>') {
      out += c == '<' ? "#lt;" : "#gt;";
    } else if (c == '#' || c == '`' || c == '\\') {
      out += ' ';
    } else {
      out += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
  }
  return out;
}

}  // namespace

std::vector<ChainLine> chain_lines(const engine::RunReport& report,
                                   const std::vector<std::uint64_t>& chain) {
  std::vector<ChainLine> out;
  for (const std::uint64_t id : chain) {
    const auto found = std::find_if(report.chain.begin(), report.chain.end(),
                                    [id](const auto& event) { return event.id == id; });
    if (found == report.chain.end()) continue;
    const bool fault = found->kind == "fault_started";  // its words name it
    out.push_back({moment(found->at, report), fault ? "" : found->entity, found->what});
  }
  return out;
}

std::string mermaid(const engine::RunReport& report, const std::vector<std::uint64_t>& chain) {
  std::string out = "```mermaid\nflowchart TD\n";
  const std::vector<ChainLine> lines = chain_lines(report, chain);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const ChainLine& line = lines[i];
    const std::string name = "n" + std::to_string(i);
    const std::string about = line.entity.empty() ? "" : ' ' + line.entity;
    out += "  " + name + "[\"" + in_node(line.moment + about + ": " + line.what) + "\"]\n";
    if (i > 0) out += "  n" + std::to_string(i - 1) + " --> " + name + '\n';
  }
  return out + "```\n";
}

}  // namespace wavetank::reports
