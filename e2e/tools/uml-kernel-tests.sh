#!/usr/bin/env bash
# Runs the agent's *KernelIT under User Mode Linux, where WireGuard is the kernel's, and prints as the last line
# "N passed, N failed, N skipped". Here a kernel without WireGuard is a failure, not a reason to skip.
# Packet filters are the same in every kernel, and slow here: those packages run only with WEFT_UML_ALL=yes (make soak).
#
#   e2e/tools/uml-kernel-tests.sh [RESULT-FILE]
#   e2e/tools/uml-kernel-tests.sh --compile CLASSPATH-FILE    compiles only, and leaves the class path there
#   e2e/tools/uml-kernel-tests.sh --classpath CLASSPATH-FILE [RESULT-FILE]    needs no Maven any more
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
classpath_file=
compile=yes run=yes
case ${1:-} in
  --compile) classpath_file=$2 run='' ;;
  --classpath) classpath_file=$2 compile='' && shift 2 ;;
esac
result=${1:-}
# shellcheck source=e2e/tools/jdk.sh
. "$here/jdk.sh"
weft_find_jdk
shared=$(mktemp -d "${TMPDIR:-/tmp}/weft-kernel-tests.XXXXXX")
trap 'rm -rf "$shared"' EXIT

classpath_file=${classpath_file:-$shared/classpath}
if [ -n "$compile" ]; then
  # shellcheck disable=SC2086 # several flags
  (cd "$root" && mvn ${WEFT_MVN_FLAGS:--q} -pl crds,mesh,log,runtime,agent -Dmdep.outputFile="$classpath_file" -Dmdep.includeScope=test \
    test-compile dependency:build-classpath) >&2
  [ -n "$run" ] || exit 0
fi
classpath=$root/agent/target/test-classes:$root/agent/target/classes:$(cat "$classpath_file")
filters='dev\.weft\.agent\.(firewall|iptables|podsource)\.'
[ -z "${WEFT_UML_ALL:-}" ] || filters='no package'
mapfile -t classes < <(cd "$root/agent/src/test/java" && find . -name '*KernelIT.java' |
  sed 's#^\./##; s#\.java$##; s#/#.#g' | grep -Ev "$filters" | sort)

cat > "$shared/run" <<RUN
mkdir -p /run/wireguard
exec "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dweft.kernel.wireguard=required \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$classpath" \
  dev.weft.agent.kernel.KernelTestLauncher "$shared/result" ${classes[*]}
RUN
status=0
(cd "$root" && bash "$here/uml-run.sh" -m 1536 -s "$shared" sh "$shared/run") || status=$?
[ -s "$shared/result" ] || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
[ -z "$result" ] || cp "$shared/result" "$result"
exit "$status"
