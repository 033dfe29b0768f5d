# shellcheck shell=bash
# To be sourced: finds a JDK 25 (sets and exports JAVA_HOME), and builds modules that are out of date.

weft_is_jdk25() { # FOLDER
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local major
  major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ "${major:-0}" -ge 25 ]
}

weft_find_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /opt/java/* "${HOME:-/root}"/.sdkman/candidates/java/* \
    "${HOME:-/root}"/.jdks/*; do
    if [ -n "$candidate" ] && weft_is_jdk25 "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  if candidate=$(command -v javac); then
    candidate=$(dirname "$(dirname "$(readlink -f "$candidate")")")
    if weft_is_jdk25 "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  fi
  echo "weft: no JDK 25 or newer in JAVA_HOME, /usr/lib/jvm, /opt or on the PATH; install one (such as temurin-25-jdk) or set JAVA_HOME" >&2
  return 1
}

# weft_build REPOSITORY MODULE...: packages these modules and what they depend on, without tests, unless all are newer
# than their sources.
weft_build() {
  local repository=$1 module stamp
  shift
  stamp=$repository/e2e/target/.built
  if [ -e "$stamp" ]; then
    if [ -z "$(cd "$repository" && find pom.xml crds mesh log operator agent cli e2e \
      \( -name target -o -path e2e/topologies -o -path e2e/tools \) -prune -o \( -name '*.java' -o -name pom.xml -o -path '*/src/main/resources/*' \) \
      -newer "$stamp" -print -quit)" ]; then
      for module; do
        [ -d "$repository/$module/target/lib" ] || stamp=
      done
      [ -z "$stamp" ] || return 0
    fi
  fi
  local modules started=$SECONDS log=$repository/e2e/target/build.log
  modules=$(IFS=,; echo "$*")
  mkdir -p "$repository/e2e/target"
  echo "weft: building $modules with Maven: 1 to 4 minutes; the first time it fetches libraries, too ($log)" >&2
  # A line a module says how far it is; of what else Maven and its JVM say, only errors.
  if ! (cd "$repository" && mvn -B -Pquick -DskipTests -Dspotless.check.skip=true -Dstyle.color=never -pl "$modules" -am package) 2>&1 |
    tee "$log" | sed -n -u -e 's#^\[INFO\] Building Weft \([a-z][a-z0-9]*\) .*\[\([0-9/]*\)\]$#weft:   \1 (\2)#p' -e '/^\[ERROR\]/p' >&2 ||
    ! grep -q 'BUILD SUCCESS' "$log"; then
    echo "weft: the build failed; all of it is in $log" >&2
    return 1
  fi
  echo "weft: built in $((SECONDS - started)) s" >&2
  mkdir -p "$repository/e2e/target"
  touch "$repository/e2e/target/.built"
}

weft_find_jdk
