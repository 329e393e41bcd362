#pragma once
// What `wavetank explain` found: for a terminal of 80 columns, for other tools, and with the chain
// as a picture.

#include <string>

#include "scenarios/engine/explain/explanation.h"

namespace wavetank::reports {

struct ExplainPage {
  bool colors = false;
  std::string facts;  ///< "12 runs in 3.1s"
  std::string json_path, markdown_path;
};

std::string console(const engine::Explanation& found, const ExplainPage& page);
std::string explanation_json(const engine::Explanation& found);
std::string explanation_markdown(const engine::Explanation& found);

}  // namespace wavetank::reports
