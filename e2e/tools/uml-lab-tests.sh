#!/usr/bin/env bash
# Runs tests of the lab under User Mode Linux: the same clouds, control plane and agents, but WireGuard is the kernel's. One
# processor that is five to eight times slower shares all of it, so everything may take longer; what has to hold is the same.
# Tests of one lab share a start of that kernel; a class with a topology of its own has one, too, for a second lab in the same
# start is far slower than the first. Its last line is "N passed, N failed, N skipped". An hour, so it is a phase of make soak.
#
#   e2e/tools/uml-lab-tests.sh [RESULT-FILE [CLASS…]]      classes of dev.weft.e2e
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
result=${1:-}
[ $# -eq 0 ] || shift
classes=("$@")
[ ${#classes[@]} -gt 0 ] || classes=(ConnectivityE2E RepairE2E BadPeerE2E OutageE2E CleanUpE2E FirewallE2E EgressE2E BadLineE2E SixthNodeE2E
  TwoSubnetsE2E TwoHomesE2E BesideCalicoIpipE2E)
# shellcheck source=e2e/tools/jdk.sh
. "$here/jdk.sh"
weft_find_jdk
weft_build "$root" operator agent cli e2e
bash "$here/kube-apiserver.sh" > /dev/null # it can't be built inside, where there is no network
shared=$(mktemp -d "${TMPDIR:-/tmp}/weft-lab-tests.XXXXXX")
trap 'rm -rf "$shared"' EXIT
# shellcheck disable=SC2086 # several flags
(cd "$root" && mvn ${WEFT_MVN_FLAGS:--q} -pl crds,mesh,log,runtime,agent,operator,cli,e2e -Dmdep.outputFile="$shared/classpath" \
  -Dmdep.includeScope=test test-compile dependency:build-classpath) >&2
classpath=$root/e2e/target/test-classes:$root/e2e/target/classes:$root/agent/target/test-classes:$(cat "$shared/classpath")

# start_with CLASS…: runs these in one start of the kernel, and adds what became of them.
start_with() {
  rm -f "$shared/result"
  cat > "$shared/run" <<RUN
exec "$JAVA_HOME/bin/java" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp "$classpath" \
  dev.weft.agent.kernel.KernelTestLauncher "$shared/result" ${*/#/dev.weft.e2e.}
RUN
  echo "under a kernel of their own: $*"
  (cd "$root/e2e" && WEFT_LAB_PATIENCE=${WEFT_LAB_PATIENCE:-10} bash "$here/uml-run.sh" -m 7000 -s "$shared" sh "$shared/run") || status=$?
  [ -s "$shared/result" ] || echo "0 passed, 1 failed, 0 skipped" > "$shared/result"
  local sums
  read -ra sums < "$shared/result"
  passed=$((passed + sums[0])) failed=$((failed + sums[2])) skipped=$((skipped + sums[4]))
}

status=0 passed=0 failed=0 skipped=0 together=() apart=()
for class in "${classes[@]}"; do
  if grep -q '^@ExtendWith(SharedLab.class)' "$root/e2e/src/test/java/dev/weft/e2e/$class.java"; then
    together+=("$class")
  else
    apart+=("$class")
  fi
done
[ ${#together[@]} -eq 0 ] || start_with "${together[@]}"
for class in "${apart[@]}"; do
  start_with "$class"
done
[ -z "$result" ] || echo "$passed passed, $failed failed, $skipped skipped" > "$result"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
