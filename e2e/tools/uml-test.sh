#!/usr/bin/env bash
# Runs the agent's kernel tests under User Mode Linux, whose kernel has WireGuard.
#   uml-test.sh OUT     OUT gets a file CLASS.summary per test class: "N passed, N failed, N skipped"
# Ends with 1 if a class failed, or left no summary.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$root" || exit 1
# shellcheck source=e2e/tools/jdk.sh
source e2e/tools/jdk.sh || exit 1
e2e/tools/uml.sh >/dev/null || exit 1
mvn -q -B -Dspotless.check.skip=true -pl agent -am test-compile dependency:build-classpath \
  -Dmdep.includeScope=test -Dmdep.outputFile="$root/agent/target/test.classpath" >/dev/null || {
  echo "weft: the agent's tests don't compile" >&2
  exit 1
}
classpath=$root/agent/target/test-classes:$root/agent/target/classes:$(cat agent/target/test.classpath)
classes=$(cd agent/target/test-classes && find . -name '*KernelIT.class' | sed 's#^\./##; s#\.class$##; s#/#.#g' | sort)
[ -n "$classes" ] || { echo "weft: no kernel tests" >&2; exit 1; }

cat > "$out/inside" <<INSIDE
echo "kernel: \$(uname -r)"
for class in $(tr '\n' ' ' <<<"$classes"); do
  echo "-- \$class"
  "$root/agent/src/test/sh/bin/java-in-netns" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \\
    --sun-misc-unsafe-memory-access=allow -cp '$classpath' \\
    dev.weft.agent.kernel.KernelTestLauncher "$out/\$class.summary" "\$class"
done
INSIDE
(cd agent && timeout 1200 "$root/e2e/tools/uml-run.sh" -s "$out" sh "$out/inside")
status=0
for class in $classes; do
  grep -q ' 0 failed,' "$out/$class.summary" 2>/dev/null || { echo "weft: $class failed or left no result" >&2; status=1; }
done
exit $status
