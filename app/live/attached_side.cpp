#include "app/live/attached_side.h"

#include "system/live/attach_health.h"
#include "system/live/callback_receiver.h"

namespace wavetank::app {

std::vector<std::string> not_well(const live::Target& target, bool receiver) {
  std::vector<std::string> wrong = live::attached_unwell(target);
  if (receiver && !target.attach.receiver.listen.empty()) {
    if (auto trouble = live::callback_round_trip(target.attach.receiver)) wrong.push_back(*trouble);
  }
  return wrong;
}

void add_seen(const live::AttachedHttp& http, engine::Observed& observed) {
  using Much = live::Sight::Much;
  for (const live::Sight& one : http.sight()) {
    if (one.much == Much::all) continue;
    observed.blind.push_back({one.invariant, one.much == Much::part, one.why});
  }
  for (const std::string& note : http.notes()) observed.notes.push_back(note);
}

}  // namespace wavetank::app
