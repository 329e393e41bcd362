#pragma once
// BelongingTarget: something that the load leaves behind at a platform that is not ours, and how it
// is found by the id of the run, which is {run} in every text here: in SQL a parameter, never a
// part of the text.

#include <string>
#include <string_view>

#include "system/base/fields.h"

namespace wavetank::live {

struct BelongingTarget {
  std::string what;           ///< "report requests"
  std::string kind;           ///< rows, statements, objects or page
  std::string table, where;   ///< rows: of the target's database
  std::string count, remove;  ///< statements: SQL; count answers one row with one number
  std::string object;  ///< objects: a key; * stands for a part of one name, a / at the end for all
                       ///< below, {input} for each input of the target
  std::string url;     ///< page: lists them; a template with {run}
  std::string items;   ///< page: pointer to the list; empty: the whole answer
  std::string id = "/id";  ///< page: pointer to the id, within one of the list
  std::string total;   ///< page: pointer to how many there are, where it shows not all at a time
  std::string each;    ///< page: DELETE there removes one; a template with {id}
  void describe(Fields& f);
};

/// "reporting.requests": a name, or a name in a schema, as it can stand in SQL without quotes.
bool is_table_name(std::string_view text);

}  // namespace wavetank::live
