#!/bin/sh
# Builds the front end of report.html.
#
#   build.sh OUTDIR    writes OUTDIR/report.js, OUTDIR/report.css and OUTDIR/template.html
#
# Needs node 18 or newer and npm; packages come from package-lock.json. With nothing changed since
# the last build into OUTDIR it only touches them. Several builds may run side by side.
#
# Whoever assembles a report replaces, in ONE pass over template.html (a value may hold a token):
#   {{title}} {{fallback}}   text, escaped for HTML (& < >)
#   {{css}} {{js}}           the files as they are; they hold no "</style" and no "</script"
#   {{journal}}              journal.json with every "<" written as "\u003c"
set -eu

if [ $# -ne 1 ]; then
  echo "usage: build.sh OUTDIR" >&2
  exit 2
fi
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd)
mkdir -p "$1"
out=$(cd -- "$1" && pwd)
cd "$here"

digest() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

inputs=$(digest build.sh build.mjs package.json package-lock.json template.html src/*)
if [ -s "$out/report.js" ] && [ -s "$out/report.css" ] && [ -s "$out/template.html" ] &&
  [ "$(cat "$out/.report-inputs" 2>/dev/null || true)" = "$inputs" ]; then
  # A build system compares times: what is up to date must not look older than its inputs.
  touch "$out/report.js" "$out/report.css" "$out/template.html"
  exit 0
fi

(
  flock 9
  wanted=$(digest package.json package-lock.json)
  if [ "$(cat node_modules/.installed 2>/dev/null || true)" != "$wanted" ]; then
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    echo "$wanted" >node_modules/.installed
  fi
) 9>.install.lock

rm -f "$out/.report-inputs"
node build.mjs "$out"
echo "$inputs" >"$out/.report-inputs"
