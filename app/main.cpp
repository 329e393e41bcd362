#include <csignal>

#include "app/command_line.h"

int main(int argc, char** argv) {
  // A file that may not grow is a write that fails, with a message, and not the end of a run that
  // has something to undo.
  std::signal(SIGXFSZ, SIG_IGN);
  return wavetank::app::command_line(argc, argv);
}
