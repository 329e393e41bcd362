#include "system/live/topic_target.h"

namespace wavetank::live {
namespace {

bool is_place(const std::string& text) {
  const bool header = text.starts_with("header:") && text.size() > 7;
  return text.empty() || text == "key" || header || text[0] == '/';
}

constexpr const char* no_place =
    "a place in a message is key, header:NAME or a pointer such as /id";

}  // namespace

void TopicTarget::describe(Fields& f) {
  f.field("name", name, {.help = "Its name.", .required = true});
  f.field("run", run,
          {.help = "Where a message carries the run's id, within a {key} or {version}: key, "
                   "header:NAME or a pointer into its body."});
  f.field("id", id, {.help = "Or where it carries the platform's own id of a request."});
  f.require(is_place(run), "run", no_place);
  f.require(is_place(id), "id", no_place);
}

}  // namespace wavetank::live
