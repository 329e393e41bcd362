# Sourced by cluster.sh: the files by which tools find the cluster.
# shellcheck shell=bash disable=SC2154 # its variables are cluster.sh's.

# target NAME PREFIX: the target file. Ports are those of the proxies where the prefix is proxy_.
target() {
  local name=$1 at=$2 service comma=''
  cat <<TEXT
{
  "name": "$name",
  "environment": "test",
  "state": "state",
  "token": {"file": "$home/secrets/control"},
  "kafka": {"brokers": "127.0.0.1:${port[${at}kafka]}"},
  "database": {
    "host": "127.0.0.1", "port": ${port[${at}postgres]}, "name": "wavetank", "user": "wavetank",
    "password": {"file": "$home/secrets/postgres"}
  },
  "cache": {
    "host": "127.0.0.1", "port": ${port[${at}redis]}, "password": {"file": "$home/secrets/redis"}
  },
  "objects": {
    "kind": "s3", "endpoint": "http://127.0.0.1:${port[${at}s3]}", "region": "$region",
    "bucket": "$bucket", "access_key": {"file": "$home/secrets/s3_access"},
    "secret_key": {"file": "$home/secrets/s3_secret"}
  },
TEXT
  if [[ -n $at ]]; then
    cat <<TEXT
  "toxiproxy": "http://127.0.0.1:${port[toxiproxy]}",
  "links": [
    {"service": "database", "proxy": "postgres"},
    {"service": "cache", "proxy": "redis"},
    {"service": "queue", "proxy": "kafka"},
    {"service": "objects", "proxy": "s3"}
  ],
TEXT
  fi
  echo '  "processes": ['
  for service in "${services[@]}"; do
    printf '    {"name": "%s", "listen": "127.0.0.1:%s", "control": "127.0.0.1:%s"},\n' "$service" \
      "${port[$service]}" "${port[${service}_control]}"
  done
  for service in "${others[@]}"; do
    printf '%s    {"name": "%s", "control": "127.0.0.1:%s"}' "$comma" "$service" \
      "${port[${service}_control]}"
    comma=$',\n'
  done
  cat <<TEXT

  ],
  "allow": ["127.0.0.0/8"],
  "marker": {"kind": "file", "file": "$home/marker.json"},
  "limits": {
    "max_rate": "20000/s", "max_in_flight": 20000, "max_bytes": "10GiB", "max_duration": "30m"
  },
  "steady": "5s"
}
TEXT
}

# Whole or not at all: someone may be reading it.
put() { cat >"$home/$1.new" && mv "$home/$1.new" "$home/$1"; }

write_files() {
  local until
  until=$(date -u -d '+30 days' +%FT%TZ)
  printf '{"environment": "test", "expires": "%s"}\n' "$until" | put marker.json
  target cluster proxy_ | put target.json
  target cluster_direct '' | put direct.json
  put env <<TEXT
# For a shell: . $home/env
export WAVETANK_TARGET='$home/target.json'
export WAVETANK_DIRECT='$home/direct.json'
export CLUSTER_KAFKA=127.0.0.1:${port[kafka]}
export CLUSTER_POSTGRES=127.0.0.1:${port[postgres]}
export CLUSTER_POSTGRES_ADMIN_PASSWORD_FILE='$home/secrets/postgres_admin'
export CLUSTER_REDIS=127.0.0.1:${port[redis]}
export CLUSTER_REDIS_PASSWORD_FILE='$home/secrets/redis'
export CLUSTER_S3=http://127.0.0.1:${port[s3]}
export CLUSTER_S3_ACCESS_FILE='$home/secrets/s3_access'
export CLUSTER_S3_SECRET_FILE='$home/secrets/s3_secret'
export CLUSTER_TOXIPROXY=http://127.0.0.1:${port[toxiproxy]}
TEXT
}
