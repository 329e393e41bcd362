#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "app/list_entries.h"
#include "reports/words.h"

namespace wavetank::app {
namespace {

constexpr std::size_t width = 80;

std::string lowered(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

void add_wrapped(std::string& out, const std::string& text, std::size_t indent) {
  for (const std::string& line : reports::wrapped(text, width - indent)) {
    out += std::string(indent, ' ') + line + '\n';
  }
}

/// JSON, to be pasted: broken only where it may be, after a blank or a comma outside of its texts.
void add_json(std::string& out, const std::string& json, std::size_t indent) {
  std::string line(indent, ' ');
  std::string piece;
  bool in_text = false;
  const auto put = [&] {
    if (line.size() > indent && line.size() + piece.size() > width) {
      out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
      line.assign(indent + 2, ' ');
    }
    line += piece;
    piece.clear();
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"' && (i == 0 || json[i - 1] != '\\')) in_text = !in_text;
    piece += json[i];
    const bool closes_next = i + 1 < json.size() && (json[i + 1] == ' ' || json[i + 1] == '}');
    if (!in_text && (json[i] == ' ' || (json[i] == ',' && !closes_next))) put();
  }
  put();
  out += line + '\n';
}

/// "duration, default 5m, at least 1ms": short facts on one line, the rest one a line.
void add_facts(std::string& out, const Entry& entry) {
  std::string brief;
  std::vector<std::string> others;
  for (const auto& [name, value] : entry.facts) {
    if (value.empty() || value == "1") continue;  // a plain number needs no unit
    const std::string word = name;
    if (word == "kind" && brief == value) continue;  // a ratio is its own unit
    if (word == "unit" || word == "range" || word == "kind") {
      brief += (brief.empty() ? "" : ", ") + value;
    } else if (word == "default") {
      brief += (brief.empty() ? "" : ", ") +
               (value == "required" ? value : "default " + value);
    } else {
      others.push_back(word + ": " + value);
    }
  }
  if (!brief.empty()) add_wrapped(out, brief, 4);
  for (const std::string& other : others) add_wrapped(out, other, 4);
}

bool says(const Entry& entry, const std::string& word) {
  std::string all = entry.name + '\n' + entry.help;
  for (const auto& [name, value] : entry.facts) all += '\n' + value;
  return lowered(std::move(all)).find(word) != std::string::npos;
}

}  // namespace

std::vector<Entry> matching(std::vector<Entry> entries, const std::string& word) {
  const std::string lower = lowered(word);
  std::erase_if(entries, [&](const Entry& entry) { return !says(entry, lower); });
  return entries;
}

std::string text_of(const std::vector<Entry>& entries) {
  std::string out;
  for (const Entry& entry : entries) {
    if (!out.empty()) out += '\n';
    out += entry.name + '\n';
    if (!entry.help.empty()) add_wrapped(out, entry.help, 2);
    add_facts(out, entry);
    if (entry.snippet.find_first_of("{\"") == 0) {
      add_json(out, entry.snippet, 4);
    } else if (!entry.snippet.empty()) {
      out += "    " + entry.snippet + '\n';
    }
  }
  return out;
}

std::string json_of(const std::vector<Entry>& entries) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const Entry& entry : entries) {
    nlohmann::ordered_json row = {{"name", entry.name}, {"help", entry.help}};
    for (const auto& [name, value] : entry.facts) row[name] = value;
    row["snippet"] = entry.snippet;
    out.push_back(std::move(row));
  }
  return out.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace wavetank::app
