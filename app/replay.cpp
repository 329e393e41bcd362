// wavetank replay: a run that follows the decisions of another. It is wavetank run but for that.

#include "app/run.h"

namespace wavetank::app {

std::unique_ptr<Command> make_replay() { return make_following_run(service::blueprint_types()); }

}  // namespace wavetank::app
