# Sourced by cluster.sh: the files by which tools find the cluster.
# shellcheck shell=bash disable=SC2154 # its variables are cluster.sh's.

# The services, as a target names them, in the clear. Ports are those of the proxies where the
# prefix is proxy_.
plainly() {
  local at=$1
  cat <<TEXT
  "kafka": {"brokers": "127.0.0.1:${port[${at}kafka]}"},
  "database": {
    "host": "127.0.0.1", "port": ${port[${at}postgres]}, "name": "wavetank", "user": "wavetank",
    "password": {"file": "$home/secrets/postgres"}, "sslmode": "disable"
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
}

# All of them by TLS. What the pipeline keeps there is its own.
encrypted() {
  local ca=$home/tls/ca.pem
  cat <<TEXT
  "kafka": {
    "brokers": "127.0.0.1:${port[kafka_login]}", "security": "sasl_ssl", "ca": "$ca",
    "mechanism": "SCRAM-SHA-512", "user": "wavetank",
    "password": {"file": "$home/secrets/kafka"}, "prefix": "tls."
  },
  "database": {
    "host": "127.0.0.1", "port": ${port[postgres]}, "name": "wavetank_tls",
    "user": "wavetank_tls", "password": {"file": "$home/secrets/postgres_tls"},
    "sslmode": "verify-full", "ca": "$ca"
  },
  "cache": {
    "host": "127.0.0.1", "port": ${port[redis_tls]}, "tls": true, "ca": "$ca",
    "password": {"file": "$home/secrets/redis"}, "prefix": "tls:"
  },
  "objects": {
    "kind": "s3", "endpoint": "https://127.0.0.1:${port[s3_tls]}", "ca": "$ca",
    "region": "$region", "bucket": "$bucket",
    "access_key": {"file": "$home/secrets/s3_access"},
    "secret_key": {"file": "$home/secrets/s3_secret"}
  },
TEXT
}

# target NAME HOW [PREFIX]: the target file, its services plainly or encrypted.
target() {
  local name=$1 how=$2 at=${3:-} service comma=''
  cat <<TEXT
{
  "name": "$name",
  "environment": "test",
  "state": "state",
  "token": {"file": "$home/secrets/control"},
TEXT
  "$how" "$at"
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
  target cluster plainly proxy_ | put target.json
  target cluster_direct plainly | put direct.json
  target cluster_tls encrypted | put tls.json
  put env <<TEXT
# For a shell: . $home/env
export WAVETANK_TARGET='$home/target.json'
export WAVETANK_DIRECT='$home/direct.json'
export WAVETANK_TLS='$home/tls.json'
export CLUSTER_CA='$home/tls/ca.pem'
export CLUSTER_KAFKA=127.0.0.1:${port[kafka]}
export CLUSTER_KAFKA_TLS=127.0.0.1:${port[kafka_tls]}
export CLUSTER_KAFKA_LOGIN=127.0.0.1:${port[kafka_login]}
export CLUSTER_POSTGRES=127.0.0.1:${port[postgres]}
export CLUSTER_POSTGRES_ADMIN_PASSWORD_FILE='$home/secrets/postgres_admin'
export CLUSTER_REDIS=127.0.0.1:${port[redis]}
export CLUSTER_REDIS_TLS=127.0.0.1:${port[redis_tls]}
export CLUSTER_REDIS_PASSWORD_FILE='$home/secrets/redis'
export CLUSTER_S3=http://127.0.0.1:${port[s3]}
export CLUSTER_S3_TLS=https://127.0.0.1:${port[s3_tls]}
export CLUSTER_S3_ACCESS_FILE='$home/secrets/s3_access'
export CLUSTER_S3_SECRET_FILE='$home/secrets/s3_secret'
export CLUSTER_TOXIPROXY=http://127.0.0.1:${port[toxiproxy]}
TEXT
}
