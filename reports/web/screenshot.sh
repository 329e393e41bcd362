#!/bin/sh
# A picture of a report; OUT.pdf prints it instead. Needs chromium, node and npm.
#
#   screenshot.sh REPORT.html OUT.png [--width N] [--height N] [--scale N] [--dark] [--full]
set -eu
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd)
"$here/tests/install.sh"
exec node "$here/tests/shoot.mjs" "$@"
