# What elasticsearch.sh and opensearch.sh share: a server that one script starts, asks after and ends. Sourced, not run.
# Wants NAME, DIR, CONF, LOG, PID, PORT, URL and a function `launch` that starts the server and writes its process id to $PID.

say() { echo "$NAME: $*" >&2; }
running() { [ -f "$PID" ] && kill -0 "$(cat "$PID")" 2>/dev/null; }
answers() { curl -fsS --noproxy '*' "$URL/_cluster/health?wait_for_status=yellow&timeout=5s" >/dev/null 2>&1; }

AS=()
# the servers refuse root; AS is then what runs a command as somebody else
prepare_user() {
  [ "$(id -u)" = 0 ] || return 0
  id esnode >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin esnode
  chown -R esnode "$DIR"; AS=(runuser -u esnode --)
}

# the log, and what every node of the tests is told in its settings file, the argument
common_settings() {
  cat > "$CONF/log4j2.properties" <<'P'
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
P
  cat > "$CONF/$1" <<Y
cluster.name: minyin-tests
node.name: n1
path.data: $DIR/data
path.logs: $DIR/logs
http.host: 127.0.0.1
http.port: $PORT
transport.host: 127.0.0.1
transport.port: 0
discovery.type: single-node
node.store.allow_mmap: false
cluster.routing.allocation.disk.threshold_enabled: false
Y
}

start() {
  running && { say "already running"; echo "$URL"; return; }
  answers && { say "a node that is not ours answers at $URL and is used"; echo "$URL"; return; }
  mkdir -p "$DIR"; launch
  for _ in $(seq 1 480); do
    answers && { say "up"; echo "$URL"; return; }
    running || { tail -30 "$LOG" >&2; say "ended while starting; log: $LOG"; exit 1; }
    sleep 0.5
  done
  say "not up in 480 tries; log: $LOG"; exit 1
}

descendants() { local child; for child in $(ps -o pid= --ppid "$1"); do descendants "$child"; echo "$child"; done; }

stop() {
  running || { rm -f "$PID"; return 0; }
  local pid all; pid=$(cat "$PID"); all="$(descendants "$pid") $pid"
  # shellcheck disable=SC2086 - a list of process ids
  kill $all 2>/dev/null || true
  for _ in $(seq 1 40); do
    # shellcheck disable=SC2086
    kill -0 $all 2>/dev/null || break
    sleep 0.5
  done
  # shellcheck disable=SC2086
  kill -9 $all 2>/dev/null || true
  rm -f "$PID"
}

command_of_node() {
  case $1 in
    start) start ;;
    stop) stop ;;
    status) running && answers && echo "$URL" ;;
    log) tail -n 200 "$LOG" ;;
    *) echo "start|stop|status|log" >&2; exit 2 ;;
  esac
}
