# shellcheck shell=sh
# Variables come from the launcher and go to it, and a class path holds the JVM's own wildcard:
# shellcheck disable=SC2154,SC2034,SC2125
# To be sourced by a launcher that has set $program and $here: sets $java to a Java 25 or newer, and $classpath to the JARs, which are
# in target/ and target/lib/ of a module, or beside the launcher in lib/.

is_jdk_25() {
  [ -x "$1/bin/java" ] || return 1
  # The release file says it without starting a JVM.
  if [ -r "$1/release" ]; then
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  else
    major=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  [ "${major:-0}" -ge 25 ]
}

java=
for candidate in "${WEFT_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/java/openjdk; do
  if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
    java=$candidate/bin/java
    break
  fi
done
if [ -z "$java" ]; then
  java=$(command -v java || true)
  if [ -z "$java" ] || ! is_jdk_25 "$(dirname "$(dirname "$(readlink -f "$java")")")"; then
    echo "$program: no Java 25 found: install one, or set JAVA_HOME to it" >&2
    exit 1
  fi
fi

if [ -d "$here/lib" ]; then
  classpath=$here/lib/*
  lib=$here/lib
else
  classpath=
  lib=$here/target
  for jar in "$here"/target/"$program"-*.jar; do
    [ -f "$jar" ] && classpath=$jar:$here/target/lib/*
  done
  if [ -z "$classpath" ]; then
    echo "$program: $here/target has no JAR: build it with make build" >&2
    exit 1
  fi
fi

# Classes loaded and linked beforehand (JEP 514) halve the time to the first useful act. Where there is no such cache yet,
# WEFT_AOT_OUTPUT=FILE makes one from a run that is ended by SIGTERM; a cache of another JDK is passed over, and so is one that is older than
# a JAR of the build tree: the JVM would take classes from it that are no longer the JAR's.
aot=
if [ -r "$lib/$program.aot" ] && [ -z "$(find "${classpath%%:*}" -newer "$lib/$program.aot" 2>/dev/null)" ]; then
  aot="-XX:AOTCache=$lib/$program.aot -Xlog:aot=off -Xlog:cds=off"
elif [ -n "${WEFT_AOT_OUTPUT:-}" ]; then
  aot="-XX:AOTCacheOutput=$WEFT_AOT_OUTPUT"
fi
# An image has jnr-ffi's stub library as a file, for it couldn't be unpacked on a read-only root.
native=
[ ! -d "$here/native" ] || native="-Djffi.boot.library.path=$here/native"
