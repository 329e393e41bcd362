#!/usr/bin/env bash
# quiet.sh COMMAND...: runs an installation, as root, after which Debian runs none of what the tests
# start themselves: postgresql-15 makes no cluster of its own, and the service of a prometheus that
# comes new is neither started nor enabled. (For Redis nothing is to be done: redis-tools holds the
# program, redis-server adds the service.)
set -euo pipefail
settings=/etc/postgresql-common/createcluster.d/wavetank_installs.conf
policy=/usr/sbin/policy-rc.d
is_there() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' prometheus 2>/dev/null) == installed ]]
}
made=("$settings")
mkdir -p "${settings%/*}"
trap 'rm -f "${made[@]}"' EXIT
echo 'create_main_cluster = false' >"$settings"
if is_there; then was_there=yes; else was_there=no; fi
if [[ $was_there == no && ! -e $policy ]]; then
  made+=("$policy")
  # 101 forbids what a package's own scripts ask for.
  # shellcheck disable=SC2016 # It is the other script's own.
  printf '#!/bin/sh\ncase $1 in prometheus*) exit 101 ;; esac\nexit 0\n' >"$policy"
  chmod 755 "$policy"
fi
"$@"
if [[ $was_there == no ]] && is_there; then
  deb-systemd-helper disable prometheus.service >/dev/null 2>&1 || true
  update-rc.d prometheus disable >/dev/null 2>&1 || true
fi
