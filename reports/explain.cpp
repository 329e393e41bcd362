#include "reports/explain.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "reports/chain.h"
#include "reports/explain_words.h"
#include "reports/markdown_text.h"
#include "reports/page.h"
#include "reports/words.h"

namespace wavetank::reports {
namespace {

using engine::CostRow;
using engine::Explanation;

constexpr std::size_t column = 8;

/// The table of the console: one row a variant, one column a figure.
class Table {
 public:
  Table(Page& page, const Explanation& found) : page_(page), found_(found) {
    for (std::size_t i = 0; i < engine::cost_figures().size(); ++i) {
      if (is_shown(found, i)) shown_.push_back(i);
    }
    name_width_ = Page::width - 2 - column * shown_.size();
  }

  void add() {
    std::string head = left("", name_width_ + 2);
    for (const std::size_t i : shown_) head += right(engine::cost_figures()[i].heading, column);
    page_.line(page_.in(Ink::faint, head));
    whole();
    for (const CostRow& row : found_.costs) cost(row);
  }

 private:
  void line(const std::string& name, const std::string& values) {
    page_.line(left(cut(name, name_width_ + 1), name_width_ + 2) + values);
  }
  void interval(const std::string& halves) {
    if (found_.seeds > 1) {
      page_.line(page_.in(Ink::faint, left("    +-, 95 %", name_width_ + 2) + halves));
    }
  }

  void whole() {
    std::string values, halves;
    for (const std::size_t i : shown_) {
      const auto mean = engine::mean_of(found_.whole, i);
      const engine::CostFigure& figure = engine::cost_figures()[i];
      values += right(mean ? cost_text(figure, mean->mean) : "-", column);
      const bool known = mean && mean->has_interval();
      halves += right(known ? cost_text(figure, mean->half) : "-", column);
    }
    line("  all of it", values);
    interval(halves);
  }

  void cost(const CostRow& row) {
    std::string values, halves;
    for (const std::size_t i : shown_) {
      const auto cost = engine::cost_of(found_.whole, row.runs, i);
      const engine::CostFigure& figure = engine::cost_figures()[i];
      values += right(cost ? change_text(figure, cost->difference.mean) : "-", column);
      const bool known = cost && cost->difference.has_interval();
      halves += right(known ? cost_text(figure, cost->difference.half) : "-", column);
    }
    line((saves(found_, row) ? "* " : "  ") + row.what, values);
    interval(halves);
  }

  Page& page_;
  const Explanation& found_;
  std::vector<std::size_t> shown_;
  std::size_t name_width_ = 0;
};

void add_chain(Page& page, const Explanation& found) {
  page.heading("HOW DID IT COME ABOUT?", Ink::plain, chain_answer(found));
  for (const ChainLine& line : chain_lines(found.report, found.chain)) {
    const std::string about = line.entity.empty() ? "" : line.entity + ": ";
    page.labelled(line.moment, about + line.what, 9);
  }
}

void add_rescues(Page& page, const Explanation& found) {
  const bool saved = found.rescues.empty();
  page.heading("WHAT WOULD HAVE SAVED IT?", saved ? Ink::plain : Ink::good, rescue_answer(found));
  constexpr std::size_t most = 8;
  for (std::size_t i = 0; i < found.rescues.size() && i < most; ++i) {
    const CostRow& row = found.rescues[i];
    page.line("  " + left(cut(row.what, 38), 39) + rescue_text(found, row));
  }
  if (found.rescues.size() > most) {
    page.line("  and " + grouped(found.rescues.size() - most) + " more, in the figures");
  }
}

}  // namespace

std::string console(const Explanation& found, const ExplainPage& text) {
  const engine::RunReport& report = found.report;
  Page page(text.colors);
  page.line(page.in(Ink::strong, cut(name_of(report), 30)) + "  " +
            standing_of(report, true, found.seeds));
  if (!report.title.empty()) page.paragraph(Ink::plain, report.title, 0);
  const std::string seeds = found.seeds == 1
                                ? "seed " + std::to_string(report.seed)
                                : "seeds " + std::to_string(report.seed) + "-" +
                                      std::to_string(report.seed + found.seeds - 1) + ", " +
                                      grouped(found.whole.passed) + " pass";
  page.parts({seeds, text.facts});
  page.line();
  page.paragraph(report.exit_code == 0 ? Ink::good : Ink::bad, report.headline);
  if (found.failing) {
    page.labelled("seed " + std::to_string(found.failing->first), found.failing->second);
  }
  page.heading("WHAT DID EACH COST?", Ink::plain, cost_answer(found));
  if (!found.costs.empty()) {
    Table(page, found).add();
    page.paragraph(Ink::faint, "A row is the whole minus the same seeds without that."
                               "  * it passes without it.");
  }
  for (const std::string& what : found.impossible) page.labelled("left in", what);
  add_chain(page, found);
  add_rescues(page, found);
  page.line();
  if (!text.json_path.empty()) page.line("figures  " + text.json_path);
  if (!text.markdown_path.empty()) page.line("picture  " + text.markdown_path);
  page.line("repeat   " + repeat_of(report));
  return page.text();
}

namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json json_of(const engine::Estimate& e) {
  return {{"mean", number(e.mean)}, {"half", e.has_interval() ? number(e.half) : Json(nullptr)}};
}

/// `first` minus `second`, a key for each figure.
Json costs_json(const engine::VariantRuns& first, const engine::VariantRuns& second) {
  Json out = Json::object();
  const auto figures = engine::cost_figures();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const auto cost = engine::cost_of(first, second, i);
    if (!cost) continue;
    out[figures[i].name] = json_of(cost->difference);
    out[figures[i].name]["unit"] = figures[i].unit;
  }
  return out;
}

Json row_json(const CostRow& row, Json costs) {
  Json out = {{"role", name_of(row.role)}, {"what", row.what}};
  if (!row.set.empty()) out["set"] = row.set;
  out["passed"] = row.runs.passed;
  out["costs"] = std::move(costs);
  return out;
}

}  // namespace

std::string explanation_json(const Explanation& found) {
  const engine::RunReport& report = found.report;
  Json whole = Json::object(), costs = Json::array(), rescues = Json::array();
  const auto figures = engine::cost_figures();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const auto mean = engine::mean_of(found.whole, i);
    if (!mean) continue;
    whole[figures[i].name] = json_of(*mean);
    whole[figures[i].name]["unit"] = figures[i].unit;
  }
  for (const CostRow& row : found.costs) {
    costs.push_back(row_json(row, costs_json(found.whole, row.runs)));
  }
  for (const CostRow& row : found.rescues) {
    rescues.push_back(row_json(row, costs_json(row.runs, found.whole)));
  }
  Json chain = Json::array();
  for (const ChainLine& line : chain_lines(report, found.chain)) {
    chain.push_back({{"at", line.moment}, {"entity", line.entity}, {"what", line.what}});
  }
  const Json out = {{"scenario", report.scenario},
                    {"verdict", report.verdict},
                    {"headline", report.headline},
                    {"first_seed", report.seed},
                    {"seeds", found.seeds},
                    {"passed", found.whole.passed},
                    {"confidence", 0.95},
                    {"whole", std::move(whole)},
                    {"costs", std::move(costs)},
                    {"left_in", found.impossible},
                    {"chain", std::move(chain)},
                    {"picture", mermaid(report, found.chain)},
                    {"tried", found.tried},
                    {"rescues", std::move(rescues)},
                    {"runs", found.runs},
                    {"repro", report.repro}};
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string explanation_markdown(const Explanation& found) {
  const engine::RunReport& report = found.report;
  std::string out = "# " + plain(name_of(report)) + ", explained\n\n**" + plain(report.headline) +
                    "**\n\n## What did each cost?\n\n" + plain(cost_answer(found)) + ".\n\n";
  const auto figures = engine::cost_figures();
  std::vector<std::string> head{""}, whole{"all of it"};
  std::vector<bool> numeric{false};
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!is_shown(found, i)) continue;
    const auto mean = engine::mean_of(found.whole, i);
    head.emplace_back(figures[i].heading);
    numeric.push_back(true);
    whole.push_back(mean ? cost_text(figures[i], mean->mean) : "-");
  }
  add_head(out, head, numeric);
  add_row(out, whole);
  for (const CostRow& row : found.costs) {
    std::vector<std::string> cells{code(row.what)};
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (!is_shown(found, i)) continue;
      const auto cost = engine::cost_of(found.whole, row.runs, i);
      cells.push_back(cost ? change_text(figures[i], cost->difference.mean) : "-");
    }
    add_row(out, cells);
  }
  out += "\n## How did it come about?\n\n" + plain(chain_answer(found)) + ".\n\n";
  if (!found.chain.empty()) out += mermaid(report, found.chain) + '\n';
  out += "## What would have saved it?\n\n" + plain(rescue_answer(found)) + ".\n\n";
  for (const CostRow& row : found.rescues) {
    out += "- " + code(row.set) + ": " + plain(rescue_text(found, row)) + '\n';
  }
  return out + "\n```sh\n" + report.repro + "  # " + fingerprint_of(report) + "\n```\n";
}

}  // namespace wavetank::reports
