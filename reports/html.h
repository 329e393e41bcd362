#pragma once
// report.html: one self-contained page that draws the journal; it opens from disk, without network.
// The front end in reports/web is part of the program; without it the page is text only.

#include <string>

#include "scenarios/engine/run_report.h"

namespace wavetank::reports {

std::string html(const engine::RunReport& report);

}  // namespace wavetank::reports
