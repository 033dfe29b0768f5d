#!/usr/bin/env bash
# Runs tests of the lab under User Mode Linux: the same clouds, control plane and agents, but WireGuard is the kernel's. One
# processor that is five to eight times slower shares all of it, so everything may take longer; what has to hold is the same.
# Its last line is "N passed, N failed, N skipped". Half an hour and more, so it is a phase of make soak.
#
#   e2e/tools/uml-lab-tests.sh [RESULT-FILE [CLASS…]]      classes of dev.weft.e2e
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
result=${1:-}
[ $# -eq 0 ] || shift
classes=("$@")
[ ${#classes[@]} -gt 0 ] || classes=(ConnectivityE2E RepairE2E BadPeerE2E OutageE2E CleanUpE2E FirewallE2E EgressE2E SixthNodeE2E)
# shellcheck source=e2e/tools/jdk.sh
. "$here/jdk.sh"
weft_find_jdk
weft_build "$root" operator agent cli e2e
bash "$here/kube-apiserver.sh" > /dev/null # it can't be built inside, where there is no network
shared=$(mktemp -d "${TMPDIR:-/tmp}/weft-lab-tests.XXXXXX")
trap 'rm -rf "$shared"' EXIT
# shellcheck disable=SC2086 # several flags
(cd "$root" && mvn ${WEFT_MVN_FLAGS:--q} -pl crds,mesh,log,agent,operator,cli,e2e -Dmdep.outputFile="$shared/classpath" \
  -Dmdep.includeScope=test test-compile dependency:build-classpath) >&2
classpath=$root/e2e/target/test-classes:$root/e2e/target/classes:$root/agent/target/test-classes:$(cat "$shared/classpath")

cat > "$shared/run" <<RUN
exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$classpath" \
  dev.weft.agent.kernel.KernelTestLauncher "$shared/result" ${classes[*]/#/dev.weft.e2e.}
RUN
status=0
(cd "$root/e2e" && WEFT_LAB_PATIENCE=${WEFT_LAB_PATIENCE:-10} bash "$here/uml-run.sh" -m 7000 -s "$shared" sh "$shared/run") || status=$?
[ -s "$shared/result" ] || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }
[ -z "$result" ] || cp "$shared/result" "$result"
exit "$status"
