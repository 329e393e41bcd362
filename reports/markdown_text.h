#pragma once
// Pieces of Markdown that GitHub and GitLab read alike.

#include <string>
#include <string_view>
#include <vector>

namespace wavetank::reports {

/// Text inside a paragraph or a table's cell: what Markdown would read as its own is escaped.
std::string plain(std::string_view text);

/// Code in a table's cell: a bar ends the cell even there, and a backtick the code.
std::string code(std::string_view text);

void add_row(std::string& out, const std::vector<std::string>& cells);
void add_head(std::string& out, const std::vector<std::string>& names,
              const std::vector<bool>& numeric);

}  // namespace wavetank::reports
