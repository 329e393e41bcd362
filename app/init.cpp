#include "app/command.h"
namespace wavetank::app { std::unique_ptr<Command> make_init() { return nullptr; } }
