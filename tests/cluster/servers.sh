# Sourced by cluster.sh: how each server is started, what it needs at first, and how it is asked.
# shellcheck shell=bash disable=SC2154 # as, home, pins, port: from cluster.sh.

postgres_bin=/usr/lib/postgresql/15/bin
bucket=wavetank
region=us-east-1

# The programs of packages; what comes from elsewhere is fetched.
check_programs() {
  local entry missing=()
  for entry in "$postgres_bin/postgres:postgresql-15" psql:postgresql-15 kcat:kcat curl:curl \
    redis-cli:redis-tools redis-check-rdb:redis-tools java:default-jre-headless setfattr:attr \
    setpriv:util-linux openssl:openssl; do
    command -v "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
  done
  [[ ${#missing[@]} == 0 ]] || lacks "this machine lacks ${missing[*]}: ./dev setup live"
  fetch
}

# --- start ------------------------------------------------------------------------------------

own() { [[ ${#as[@]} == 0 ]] || chown "$user" "$@"; }

folder() { mkdir -p "$home/data/$1" && chmod 700 "$home/data/$1" && own "$home/data/$1"; }

start_postgres() {
  local data=$home/data/postgres
  folder postgres
  own "$(secret postgres_admin)" # initdb reads it.
  if [[ ! -e $data/PG_VERSION ]]; then
    folder postgres_new # Half a database is worse than none.
    "${as[@]}" "$postgres_bin/initdb" --pgdata="${data}_new" --username=postgres \
      --encoding=UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --no-instructions \
      --pwfile="$(secret postgres_admin)" >>"$home/logs/postgres.log" 2>&1 || return 1
    # What it found out of this machine stays; ours comes after it.
    mv "${data}_new/postgresql.conf" "${data}_new/machine.conf"
    rmdir "$data" && mv "${data}_new" "$data" || return 1
  fi
  { echo "include_if_exists 'machine.conf'"; cat "$pins/postgresql.conf"
    echo "port = ${port[postgres]}"; } >"$data/postgresql.conf"
  cp "$pins/pg_hba.conf" "$data"
  certificate postgres
  launch postgres "$postgres_bin/postgres" -D "$data"
}

start_redis() {
  local file=$home/data/redis/redis.conf server
  server=$(command -v redis-server || command -v redis-check-rdb) # One program, by its name.
  ln -sfn "$server" "$home/bin/redis-server"
  folder redis
  certificate redis
  (umask 077
   { cat "$pins/redis.conf"
     printf 'port %s\ntls-port %s\ndir %s\nrequirepass %s\n' "${port[redis]}" \
       "${port[redis_tls]}" "$home/data/redis" "$(<"$(secret redis)")"
   } >"$file")
  own "$file"
  launch redis "$home/bin/redis-server" "$file"
}

start_s3() {
  folder s3
  "${as[@]}" setfattr -n user.wavetank -v 1 "$home/data/s3" 2>>"$home/logs/s3.log" || {
    echo "the file system of $home has no extended attributes (user.*): conditional PUT would be" \
      "ignored; put the tree on ext4, xfs or btrfs" | tee -a "$home/logs/s3.log" >&2
    return 1
  }
  ROOT_ACCESS_KEY=$(<"$(secret s3_access)") ROOT_SECRET_KEY=$(<"$(secret s3_secret)") \
    launch s3 "$home/bin/versitygw" --port "127.0.0.1:${port[s3]}" --region "$region" \
    --health /health --quiet posix "$home/data/s3"
}

# A gateway speaks TLS at all of its ports or at none: this one keeps the same objects.
start_s3_tls() {
  folder s3_tls
  certificate s3_tls
  ROOT_ACCESS_KEY=$(<"$(secret s3_access)") ROOT_SECRET_KEY=$(<"$(secret s3_secret)") \
    launch s3_tls "$home/bin/versitygw" --port "127.0.0.1:${port[s3_tls]}" --region "$region" \
    --cert "$home/data/s3_tls/server.pem" --key "$home/data/s3_tls/server.key" \
    --health /health --quiet posix "$home/data/s3"
}

kafka_settings() {
  local data=$home/data/kafka reached="127.0.0.1:${port[kafka]},TLS://127.0.0.1:${port[kafka_tls]},\
LOGIN://127.0.0.1:${port[kafka_login]}"
  cat "$pins/kafka.properties"
  echo "controller.quorum.voters=1@127.0.0.1:${port[kafka_controller]}"
  echo "listeners=DIRECT://$reached,PROXIED://127.0.0.1:${port[kafka_behind]},\
CONTROLLER://127.0.0.1:${port[kafka_controller]}"
  echo "advertised.listeners=DIRECT://$reached,PROXIED://127.0.0.1:${port[proxy_kafka]}"
  echo "log.dirs=$data/log"
  echo "ssl.keystore.location=$data/identity.pem"
  echo "listener.name.login.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
user_wavetank=\"$(<"$(secret kafka)")\";"
}

# kafka_java MEMORY: what starts a program of Kafka's. In $java.
kafka_java() {
  java=(java "-Xms$1" "-Xmx$1" -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -Djava.awt.headless=true
        "-Dlog4j.configuration=file:$home/data/kafka/log4j.properties" -cp "$home/kafka/*")
}

start_kafka() {
  local data=$home/data/kafka id java
  folder kafka
  (umask 077; kafka_settings >"$data/server.properties"
   cat "$home/tls/server.key" "$home/tls/server.pem" >"$data/identity.pem")
  own "$data"/{server.properties,identity.pem}
  cp "$pins/log4j.properties" "$data"
  kafka_java 192m
  if [[ ! -e $data/log/meta.properties ]]; then
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'Aa' | cut -c1-22)
    "${as[@]}" "${java[@]}" kafka.tools.StorageTool format --cluster-id "$id" \
      --config "$data/server.properties" >>"$home/logs/kafka.log" 2>&1 || return 1
  fi
  # The log of its collector is for those who look for pauses.
  launch kafka "${java[@]}" "-Xlog:gc:file=$data/gc.log:time,uptime:filecount=2,filesize=4m" \
    kafka.Kafka "$data/server.properties"
}

start_toxiproxy() {
  folder toxiproxy
  local file=$home/data/toxiproxy/proxies.json
  proxies >"$file"
  LOG_LEVEL=warn launch toxiproxy "$home/bin/toxiproxy-server" -host 127.0.0.1 \
    -port "${port[toxiproxy]}" -config "$file"
}

proxies() {
  local name upstream comma='['
  for name in "${linked[@]}"; do
    upstream=${port[$name]}
    [[ $name != kafka ]] || upstream=${port[kafka_behind]}
    printf '%s\n  {"name": "%s", "listen": "127.0.0.1:%s", "upstream": "127.0.0.1:%s",' "$comma" \
      "$name" "${port[proxy_$name]}" "$upstream"
    printf ' "enabled": true}'
    comma=,
  done
  printf '\n]\n'
}

# --- does it answer? --------------------------------------------------------------------------

# Each is asked as its clients ask it, at the port given.

# sql PORT USER DATABASE SECRET ARGUMENTS...
sql() {
  local at=$1 role=$2 database=$3 password=$4
  shift 4
  PGPASSWORD=$(<"$home/secrets/$password") PGCONNECT_TIMEOUT=2 \
    PGSSLMODE=${PGSSLMODE:-disable} \
    psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$at" -U "$role" -d "$database" "$@"
}
answers_postgres() { [[ $(sql "$1" wavetank wavetank postgres -c 'SELECT 1' 2>&1) == 1 ]]; }
answers_redis() {
  [[ $(REDISCLI_AUTH=$(<"$home/secrets/redis") timeout 2 redis-cli -h 127.0.0.1 -p "$1" PING \
    2>/dev/null) == PONG ]]
}
# A broker tells its clients where to go next: that must be the port that they came to.
answers_kafka() {
  timeout 3 kcat -L -b "127.0.0.1:$1" -m 2 2>/dev/null | grep -q "broker 1 at 127.0.0.1:$1"
}
# s3 PORT CONTENT PATH CURL_ARGUMENTS...: prints the status of a signed request.
s3() {
  local at=$1 hash scheme=http
  [[ $at != "${port[s3_tls]}" ]] || scheme=https
  hash=$(printf '%s' "$2" | sha256sum | cut -d' ' -f1)
  local path=$3
  shift 3
  # The keys go through a pipe: a command line is for all to read.
  curl -s -m 3 -o "$home/s3.answer" -w '%{http_code}' -H "x-amz-content-sha256: $hash" \
    -K <(printf 'user = "%s:%s"\naws-sigv4 = "aws:amz:%s:s3"\n' "$(<"$home/secrets/s3_access")" \
      "$(<"$home/secrets/s3_secret")" "$region") "$@" "$scheme://127.0.0.1:$at$path"
}
answers_s3() { [[ $(s3 "$1" '' "/$bucket" -I --cacert "$home/tls/ca.pem") == 200 ]]; }
answers_s3_tls() { answers_s3 "$1"; }
answers_toxiproxy() { curl -sf -m 2 -o "$home/toxiproxy.answer" "http://127.0.0.1:$1/version"; }

# The same by TLS, for parts that speak both.
answers_by_tls() { ! declare -F "tls_$1" >/dev/null || "tls_$1"; }
tls_postgres() {
  [[ $(PGSSLMODE=verify-full PGSSLROOTCERT=$home/tls/ca.pem \
    sql "${port[postgres]}" wavetank_tls wavetank_tls postgres_tls -c 'SELECT 1' 2>&1) == 1 ]]
}
tls_redis() {
  [[ $(REDISCLI_AUTH=$(<"$home/secrets/redis") timeout 2 redis-cli -h 127.0.0.1 \
    -p "${port[redis_tls]}" --tls --cacert "$home/tls/ca.pem" PING 2>/dev/null) == PONG ]]
}
tls_kafka() {
  timeout 5 kcat -L -b "127.0.0.1:${port[kafka_login]}" -m 4 -F <(
    printf '%s=%s\n' security.protocol sasl_ssl ssl.ca.location "$home/tls/ca.pem" \
      sasl.mechanism SCRAM-SHA-512 sasl.username wavetank sasl.password "$(<"$home/secrets/kafka")"
  ) 2>/dev/null | grep -q "broker 1 at 127.0.0.1:${port[kafka_login]}"
}

# What a new server needs before it answers as its clients ask it.
prepare_postgres() {
  local admin=("${port[postgres]}" postgres postgres postgres_admin) role password
  patiently postgres sql "${admin[@]}" -c 'SELECT' >>"$home/logs/postgres_client.log" || return 1
  for role in wavetank:postgres wavetank_tls:postgres_tls; do
    password=$(<"$(secret "${role#*:}")") role=${role%:*}
    cat <<SQL
    SELECT 'CREATE ROLE $role LOGIN'
      WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$role') \gexec
    ALTER ROLE $role PASSWORD '$password';
    SELECT 'CREATE DATABASE $role OWNER $role'
      WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '$role') \gexec
SQL
  done | sql "${admin[@]}" >>"$home/logs/postgres_client.log" 2>&1
}
prepare_s3() {
  local status path=/$bucket/.conditional_put
  patiently s3 curl -sf -m 1 -o "$home/s3.answer" "http://127.0.0.1:${port[s3]}/health" || return 1
  status=$(s3 "${port[s3]}" '' "/$bucket" -X PUT) || true
  [[ $status == 200 || $status == 409 ]] ||
    { echo "cluster: the S3 server makes no bucket, but answers $status" >&2; return 1; }
  s3 "${port[s3]}" '' "$path" -X DELETE >"$home/s3.status"
  status=$(s3 "${port[s3]}" a "$path" -X PUT -H 'If-None-Match: *' -d a)
  status+=,$(s3 "${port[s3]}" a "$path" -X PUT -H 'If-None-Match: *' -d a)
  s3 "${port[s3]}" '' "$path" -X DELETE >"$home/s3.status"
  [[ $status == 200,412 ]] || {
    echo "cluster: the S3 server does not honour If-None-Match: two such PUTs were answered" \
      "$status, wanted 200,412" >&2
    return 1
  }
}
prepare_s3_tls() { :; } # Its bucket is that of s3.
prepare_redis() { :; }
# Who may log in, and by what, is kept by the broker. Only the first time.
prepare_kafka() {
  local data=$home/data/kafka password java
  [[ ! -e $data/logins ]] || return 0
  password=$(<"$(secret kafka)")
  kafka_java 64m
  patiently kafka answers_kafka "${port[kafka]}" || return 1
  # One mechanism a request. A command line is for all to read; a file is not.
  local mechanism
  for mechanism in SCRAM-SHA-256 SCRAM-SHA-512; do
    (umask 077
     printf '"%s"\n' "${java[@]:1}" kafka.admin.ConfigCommand \
       --bootstrap-server "127.0.0.1:${port[kafka]}" --alter --entity-type users \
       --entity-name wavetank --add-config "$mechanism=[password=$password]" >"$data/logins.new")
    # It repeats its arguments where it fails.
    java "@$data/logins.new" 2>&1 | sed "s/$password/.../g" >>"$home/logs/kafka.log"
    [[ ${PIPESTATUS[0]} == 0 ]] || return 1
  done
  : >"$data/logins.new"
  mv "$data/logins.new" "$data/logins"
}
prepare_toxiproxy() {
  local name
  for name in "${linked[@]}"; do
    patiently toxiproxy "answers_$name" "${port[proxy_$name]}" ||
      { echo "cluster: nothing comes through the proxy of $name" >&2; return 1; }
  done
}
