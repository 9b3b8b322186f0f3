#!/usr/bin/env bash
# A real single-node OpenSearch for the tests, without Docker.      opensearch.sh start|stop|status|log [2|3]
#
# The server and its modules are artifacts of Maven Central (45 MB): 2 = 2.19 on JDK 17 to 23, 3 = 3.8 on JDK 21 or newer
# (not part of the tests' services).
# The modules are those that Minyin uses: HTTP, the stock analyzers, and the percolator that answers standing queries.
# `start` prints the URL. Environment: MINYIN_SERVICES (where it lives, default .services beside the Makefile),
#   OS_PORT (9202 / 9203), OS_HEAP (512m), OS_JAVA_HOME (a JDK).
set -euo pipefail
COMMAND=${1:?start|stop|status|log}; MAJOR=${2:-2}
case $MAJOR in
  2) VERSION=2.19.6; LOG4J=2.25.4; CLASS=Plugin; PORT=${OS_PORT:-9202} ;;
  3) VERSION=3.8.0; LOG4J=2.25.4; CLASS=ModulePlugin; PORT=${OS_PORT:-9203} ;;
  *) echo "2 or 3" >&2; exit 2 ;;
esac
ROOT=$(cd "$(dirname "$0")/.." && pwd)
NAME="opensearch $MAJOR"; DIR=${MINYIN_SERVICES:-$ROOT/.services}/opensearch/$MAJOR
HOME_DIR=$DIR/home; CONF=$DIR/config; LOG=$DIR/node.log; PID=$DIR/node.pid; URL=http://127.0.0.1:$PORT
# shellcheck source=scripts/node.sh
source "$ROOT/scripts/node.sh"

find_java() {
  local wanted=17 jdk version
  [ "$MAJOR" = 3 ] && wanted=21
  for jdk in "${OS_JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -n "$jdk" ] && [ -x "$jdk/bin/java" ] || continue
    version=$("$jdk/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
    # JDK 24 took the security manager away, which 2.x still asks for
    [ "$version" -ge "$wanted" ] && { [ "$MAJOR" = 3 ] || [ "$version" -lt 24 ]; } && { echo "$jdk/bin/java"; return; }
  done
  say "no Java ${wanted} or newer in /usr/lib/jvm; install one or set OS_JAVA_HOME"; exit 1
}

# group:artifact:version of the server, of what it logs with and of the modules
artifacts() {
  local module
  for module in opensearch opensearch-plugin-classloader; do echo "org.opensearch:$module:$VERSION"; done
  [ "$MAJOR" = 2 ] || echo "org.opensearch:opensearch-agent-bootstrap:$VERSION"
  echo "org.apache.logging.log4j:log4j-core:$LOG4J"
  for module in analysis-common percolator-client transport-netty4-client; do echo "org.opensearch.plugin:$module:$VERSION"; done
}

fetch() {
  local artifact group name version
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>minyin</groupId><artifactId>node</artifactId><version>1</version><dependencies>'
    for artifact in $(artifacts); do
      IFS=: read -r group name version <<< "$artifact"
      echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } > "$DIR/pom.xml"
  say "fetching its artifacts (45 MB)"
  mvn -B -q -f "$DIR/pom.xml" dependency:copy-dependencies -DoutputDirectory="$1" >&2
}

unpack() {
  [ -d "$HOME_DIR" ] && return
  local new=$DIR/unpack netty=()
  rm -rf "$new"; mkdir -p "$new/plugins"; fetch "$new/lib"
  module analysis-common org.opensearch.analysis.common.CommonAnalysis$CLASS 'analysis-common-*'
  module percolator org.opensearch.percolator.Percolator$CLASS 'percolator-client-*'
  # 3 has netty among the server's own libraries
  [ "$MAJOR" = 2 ] && netty=('netty-*')
  module transport-netty4 org.opensearch.transport.Netty4$CLASS 'transport-netty4-client-*' "${netty[@]}"
  [ "$MAJOR" = 3 ] || write_policy > "$new/modules/transport-netty4/plugin-security.policy"
  mv "$new" "$HOME_DIR"
}

# name, class, jars: the folder of a module as the stock distribution has it
module() {
  local folder=$DIR/unpack/modules/$1 jars; mkdir -p "$folder"
  printf '%s\n' "name=$1" "description=$1" "version=$VERSION" "opensearch.version=$VERSION" "java.version=11" "classname=$2" \
    > "$folder/plugin-descriptor.properties"
  # shellcheck disable=SC2086 - a pattern
  for jars in "${@:3}"; do mv "$DIR"/unpack/lib/$jars "$folder"; done
}

# the jar leaves out what its module may do: open sockets, and what netty does to its threads
write_policy() {
  cat <<'P'
grant codeBase "${codebase.netty-common}" {
  permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";
  permission java.net.SocketPermission "*", "accept,connect,resolve";
};
grant codeBase "${codebase.netty-transport}" {
  permission java.util.PropertyPermission "sun.nio.ch.bugLevel", "write";
  permission java.net.SocketPermission "*", "accept,connect,resolve";
};
P
}

configure() {
  rm -rf "$CONF"; mkdir -p "$CONF" "$DIR/data" "$DIR/logs" "$DIR/tmp"
  common_settings opensearch.yml
  cat >> "$CONF/opensearch.yml" <<Y
indices.query.bool.max_clause_count: 4096
Y
}

launch() {
  local java heap=${OS_HEAP:-512m} flags=()
  java=$(find_java); unpack; configure; prepare_user
  [ "$MAJOR" = 2 ] && flags=(-Djava.security.manager=allow)
  setsid "${AS[@]}" env HOME="$DIR" "$java" -Xms"$heap" -Xmx"$heap" -XX:+UseSerialGC \
    -Djava.io.tmpdir="$DIR/tmp" -Djna.nosys=true -Dlog4j2.disable.jmx=true "${flags[@]}" \
    -Dopensearch.path.home="$HOME_DIR" -Dopensearch.path.conf="$CONF" -cp "$HOME_DIR/lib/*" \
    org.opensearch.bootstrap.OpenSearch >"$LOG" 2>&1 </dev/null &
  echo $! > "$PID"
}

command_of_node "$COMMAND"
