#!/bin/sh
# Installs what the tests of the front end need, once for each package-lock.json.
set -eu
cd "$(dirname -- "$0")"
(
  flock 9
  wanted=$(cat package.json package-lock.json | sha256sum | cut -d ' ' -f 1)
  if [ "$(cat node_modules/.installed 2>/dev/null || true)" != "$wanted" ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    echo "$wanted" >node_modules/.installed
  fi
) 9>.install.lock
