#!/bin/sh
# Tests the front end of report.html in the system's Chromium.
#
#   test.sh                  types, a repeatable build, and the fixture journals
#   test.sh REPORT.html...   the same checks on real reports, as they are
set -eu
unset CDPATH
here=$(cd -- "$(dirname -- "$0")" && pwd)
"$here/tests/install.sh"
if [ $# -gt 0 ]; then
  exec node "$here/tests/check.mjs" "$@"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/build.sh" "$work/a"
"$here/build.sh" "$work/b"
for file in report.js report.css template.html; do
  cmp "$work/a/$file" "$work/b/$file"
done
echo "ok    two builds are equal byte for byte"

echo 'untouched' >"$work/b/report.js"
"$here/build.sh" "$work/b"
grep -q '^untouched$' "$work/b/report.js"
echo "ok    a build with nothing changed bundles nothing"

for words in 'Apache License' 'Copyright (c) 2017, Baidu' 'Redistributions in binary form'; do
  grep -q "$words" "$work/a/report.js"
done
echo "ok    the licences of what is bundled are carried"

node "$here/tests/node_modules/typescript/bin/tsc" -p "$here"
echo "ok    types"

node "$here/tests/hostile.mjs" "$here/tests/fixtures/breached.json" "$work/hostile.json"
node "$here/tests/crowded.mjs" "$here/tests/fixtures/pass.json" "$work/crowded.json"
cp "$here"/tests/fixtures/*.json "$work/"
set --
for journal in pass breached expected interrupted live empty hostile crowded; do
  node "$here/tests/assemble.mjs" "$work/a" "$work/$journal.json" "$work/$journal.html"
  set -- "$@" "$work/$journal.html"
done
node "$here/tests/check.mjs" "$@"
