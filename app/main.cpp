#include "app/command_line.h"

int main(int argc, char** argv) { return wavetank::app::command_line(argc, argv); }
