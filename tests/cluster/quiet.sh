#!/usr/bin/env bash
# quiet.sh COMMAND...: runs an installation, as root, in which Debian's postgresql-15 makes no
# cluster of its own: the tests start their own server, and the machine shall not run a second one.
# (For Redis nothing is to be done: redis-tools holds the program, redis-server adds the service.)
set -euo pipefail
settings=/etc/postgresql-common/createcluster.d/wavetank_installs.conf
mkdir -p "${settings%/*}"
trap 'rm -f "$settings"' EXIT
echo 'create_main_cluster = false' >"$settings"
"$@"
