#include "system/live/belonging_target.h"

#include <algorithm>

namespace wavetank::live {
namespace {

constexpr const char* kinds[] = {"rows", "statements", "objects", "page"};
constexpr std::string_view run = "{run}";

constexpr const char* no_run =
    "it holds no {run}: without the run's id it would take in what others have made";
constexpr const char* quoted_run =
    "{run} stands within quotes, where no parameter can: write {run} || '-%', say, not '{run}-%'";

bool holds_run(std::string_view text) { return text.find(run) != std::string_view::npos; }

/// Behind an odd number of quotes.
bool quotes_run(std::string_view sql) {
  for (std::size_t at = sql.find(run); at != std::string_view::npos; at = sql.find(run, at + 1)) {
    if (std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(at), '\'') % 2 == 1) {
      return true;
    }
  }
  return false;
}

void require_run(Fields& f, const char* name, const std::string& sql) {
  f.require(holds_run(sql), name, no_run);
  f.require(!quotes_run(sql), name, quoted_run);
}

bool is_name(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

bool is_table_name(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_name(text);
  return is_name(text.substr(0, dot)) && is_name(text.substr(dot + 1));
}

void BelongingTarget::describe(Fields& f) {
  f.field("what", what, {.help = "What clean calls them: report requests.", .required = true});
  f.variant(
      "kind", kind, kinds, {.help = "How they are found."},
      [this](const std::string& word, Fields& inner) {
        if (word == "rows") {
          inner.field("table", table, {.help = "A table of the database.", .required = true});
          inner.field("where", where,
                      {.help = "Which of its rows: a condition in SQL, with {run}.",
                       .required = true});
          inner.require(is_table_name(table), "table", "it is no name such as shop.orders");
          require_run(inner, "where", where);
        } else if (word == "statements") {
          inner.field("count", count,
                      {.help = "SQL with {run} that answers how many there are.",
                       .required = true});
          inner.field("remove", remove,
                      {.help = "SQL with {run} that removes them.", .required = true});
          require_run(inner, "count", count);
          require_run(inner, "remove", remove);
        } else if (word == "objects") {
          inner.field("object", object,
                      {.help = "Their keys, with {run}; * is a part of one name, a / at the end "
                               "all below, {input} each input.",
                       .required = true});
          inner.require(holds_run(object), "object", no_run);
        } else {
          inner.field("url", url, {.help = "The page that lists them: a template with {run}.",
                                   .required = true});
          inner.field("items", items, {.help = "A pointer to the list; none: the whole answer."});
          inner.field("id", id, {.help = "A pointer to the id, within one of the list."});
          inner.field("total", total,
                      {.help = "A pointer to how many there are, where a page shows only some."});
          inner.field("each", each, {.help = "DELETE there removes one: a template with {id}.",
                                     .required = true});
          inner.require(holds_run(url), "url", no_run);
          inner.require(each.find("{id}") != std::string::npos, "each", "it holds no {id}");
        }
      });
}

}  // namespace wavetank::live
