#!/usr/bin/env bash
# The real services that tests use beyond Python: PostgreSQL, Chromium, LibreOffice, Elasticsearch 8 and 9, OpenSearch.
#   scripts/services.sh start|stop|status
# start installs what is missing (Debian's packages, as root) and starts the servers; it says plainly what could not be
# had and goes on. What was found is written to .services/env, which tests/conftest.py reads.
set -u
cd "$(dirname "$0")/.."
ENV_FILE=.services/env
STATE=${MINYIN_SERVICES_DIR:-${TMPDIR:-/tmp}/minyin-services-$(id -u)}
PG_PORT=${MINYIN_PG_PORT:-54329}

say() { echo "services: $*" >&2; }
have() { command -v "$1" >/dev/null 2>&1; }

apt_install() {
  have apt-get && [ "$(id -u)" = 0 ] || { say "cannot install $* here (needs apt-get and root)"; return 1; }
  [ -e "$STATE/.apt-updated" ] || { apt-get update -qq >/dev/null 2>&1; touch "$STATE/.apt-updated"; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1 || { say "apt could not install: $*"; return 1; }
}

pg_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }
as_postgres() { if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi; }

start_postgresql() {
  [ -n "$(pg_bin)" ] || apt_install postgresql || return 1
  local bin; bin=$(pg_bin)
  [ -n "$bin" ] || { say "PostgreSQL: no server binaries"; return 1; }
  local data=$STATE/pg
  if ! [ -s "$data/PG_VERSION" ]; then
    mkdir -p "$data"; [ "$(id -u)" = 0 ] && chown postgres "$data"
    as_postgres "$bin/initdb" -D "$data" -U minyin -A trust -E UTF8 --locale=C.UTF-8 >/dev/null || return 1
  fi
  as_postgres "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1 || as_postgres "$bin/pg_ctl" -D "$data" -w -l "$data/log" \
    -o "-p $PG_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c fsync=off" start >/dev/null || return 1
  echo "MINYIN_TEST_POSTGRESQL=postgresql://minyin@127.0.0.1:$PG_PORT/postgres" >> "$ENV_FILE"
}

start_chromium() {
  have chromium && have chromedriver || apt_install chromium chromium-driver fonts-noto-cjk || return 1
  have chromium && have chromedriver || return 1
  { echo "MINYIN_TEST_CHROMIUM=$(command -v chromium)"; echo "MINYIN_TEST_CHROMEDRIVER=$(command -v chromedriver)"; } >> "$ENV_FILE"
}

start_libreoffice() {
  have soffice && have pdftoppm || apt_install libreoffice-writer poppler-utils fonts-noto-cjk || return 1
  have soffice || return 1
  echo "MINYIN_TEST_SOFFICE=$(command -v soffice)" >> "$ENV_FILE"
}

# what the three nodes need that follow
start_java() {
  ls /usr/lib/jvm/*/bin/javac >/dev/null 2>&1 || apt_install openjdk-17-jdk-headless || return 1
  have mvn || apt_install maven || return 1
  have unzip && have curl || apt_install unzip curl || return 1
}

start_elasticsearch() {
  local url; url=$(scripts/elasticsearch.sh start 8) || return 1
  echo "MINYIN_ELASTICSEARCH_URL=$url" >> "$ENV_FILE"
}

# 9 needs a JDK of 21 or newer, which Debian 12 does not have: one that lies in /usr/lib/jvm or ES_JAVA_HOME is used
start_elasticsearch_9() {
  local url; url=$(scripts/elasticsearch.sh start 9) || return 1
  echo "MINYIN_ELASTICSEARCH_9_URL=$url" >> "$ENV_FILE"
}

start_opensearch() {
  local url; url=$(scripts/opensearch.sh start 2) || return 1
  echo "MINYIN_OPENSEARCH_URL=$url" >> "$ENV_FILE"
}

start() {
  mkdir -p .services "$STATE"; chmod 755 "$STATE"; : > "$ENV_FILE"
  local name missing=()
  for name in postgresql chromium libreoffice java elasticsearch elasticsearch_9 opensearch; do
    if "start_$name"; then say "$name: ready"; else say "$name: NOT available"; missing+=("$name"); fi
  done
  [ ${#missing[@]} -eq 0 ] && say "all services ready" || say "without: ${missing[*]} (their tests will be skipped)"
}

stop() {
  [ -s "$STATE/pg/PG_VERSION" ] && as_postgres "$(pg_bin)/pg_ctl" -D "$STATE/pg" -m fast stop >/dev/null 2>&1
  scripts/opensearch.sh stop 2; scripts/elasticsearch.sh stop 9; scripts/elasticsearch.sh stop 8
  rm -f "$ENV_FILE"
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  status) cat "$ENV_FILE" 2>/dev/null || say "not started" ;;
  *) echo "scripts/services.sh start|stop|status" >&2; exit 2 ;;
esac
exit 0
