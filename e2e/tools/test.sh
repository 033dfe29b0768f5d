#!/usr/bin/env bash
# Runs everything that can be tested here, phase by phase, and closes with one line: N passed, N failed, N skipped.
#   test.sh [PHASE…]      phases: unit api kernel uml lab, and soak; default: all but soak
# A phase that fails doesn't stop the others. What could not run is named with its reason. What needs neither a quiet machine
# nor Maven runs beside the phases before the lab: the tests under User Mode Linux, and the images that the lab will want.
#   WEFT_SOAK='CLASS…'    of the phase soak only these, as LifecycleSoak
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
reports=$root/target/test-reports
say() { printf '\n== %s\n' "$*"; }
failed_phases=()
compiled=()
not_run=()

phases=("$@")
[ ${#phases[@]} -gt 0 ] || phases=(unit api kernel uml lab)
rm -rf "$reports"
mkdir -p "$reports"

e2e/tools/packages.sh || exit 1
# shellcheck source=e2e/tools/jdk.sh
source e2e/tools/jdk.sh || exit 1

# mvn_phase PHASE ARGUMENTS…: runs Maven and keeps its reports under the phase's name.
mvn_phase() {
  local phase=$1 status=0 module
  shift
  rm -rf ./*/target/surefire-reports
  mvn -B -fae "${compiled[@]}" "$@" > "$reports/$phase.log" 2>&1 || status=$?
  for module in */; do
    if [ -d "$module/target/surefire-reports" ]; then
      mkdir -p "$reports/$phase"
      find "$module/target/surefire-reports" -name 'TEST-*.xml' -exec cp {} "$reports/$phase/" \;
    fi
  done
  find ./*/target/surefire-reports -name '*.xml' -exec grep -ho 'measured: .*' {} + 2>/dev/null | sed 's/]]>.*//' | sort -u
  grep -E 'Tests run:.*(FAIL|Time elapsed)|^\[ERROR\] +[A-Za-z]|COMPILATION|BUILD' "$reports/$phase.log" | cut -c1-300
  if [ $status -ne 0 ]; then
    failed_phases+=("$phase")
    echo "-- last lines of $reports/$phase.log"
    tail -n 40 "$reports/$phase.log" | cut -c1-300
  fi
  return $status
}

# beside: starts what can run beside the phases api and kernel.
beside() {
  [ "$(id -u)" -eq 0 ] || return 0
  if asked uml && [ "$(uname -m)" = x86_64 ]; then
    e2e/tools/uml-kernel-tests.sh --compile "$reports/uml.classpath" > "$reports/uml.log" 2>&1
    (
      status=0 started=$SECONDS
      e2e/tools/uml-kernel-tests.sh --classpath "$reports/uml.classpath" "$reports/uml.summary" >> "$reports/uml.log" 2>&1 || status=$?
      echo "-- under User Mode Linux for $((SECONDS - started)) s" >> "$reports/uml.log"
      exit $status
    ) &
    uml=$!
  fi
  if asked lab; then
    # ImagesE2E says what is wrong with them, if something is; here they are only made while there is time.
    # One after the other, for the phases beside them have tests that wait for no longer than they must.
    (
      [ -z "$uml" ] || tail --pid="$uml" -f /dev/null
      deploy/images/build && e2e/tools/previous-build.sh
    ) > "$reports/images.log" 2>&1 &
    images=$!
  fi
}
asked() { [[ " ${phases[*]} " == *" $1 "* ]]; }
uml='' images=''

# soak_classes: those asked for, or all.
soak_classes() {
  find e2e/src/test -name '*Soak.java' -exec basename {} .java \; | sort | while read -r class; do
    [ -n "${WEFT_SOAK:-}" ] && [[ " $WEFT_SOAK " != *" $class "* ]] || echo "$class"
  done
}

# soak_report STARTED: what the long tests measured, as docs/soak.md has it.
soak_report() {
  local changed='' absent
  absent=$(find e2e/src/test -name '*Soak.java' -exec basename {} .java \; | sort | grep -vxF "$(soak_classes)" | paste -sd ' ')
  git diff --quiet HEAD -- . ':!docs/soak.md' 2>/dev/null || changed=', with changes that are not committed'
  printf '# The long tests\n\n<!-- Written by make soak; do not edit. -->\n'
  printf '| | |\n|---|---|\n'
  printf '| commit | %s%s |\n' "$(git rev-parse --short=12 HEAD 2>/dev/null || echo none)" "$changed"
  printf '| started, ended | %s, %s |\n' "$1" "$(date -u +%FT%TZ)"
  printf '| tests | %s |\n' "$(soak_classes | paste -sd ' ')"
  [ -z "$absent" ] || printf '| not run this time | %s |\n' "$absent"
  printf '| kernel | %s, %s processors, load at the end %s |\n' "$(uname -sr)" "$(nproc)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
  printf '\nRaw, in order: flows with packets sent, lost, doubled, the longest run of lost ones; what Linux counted as overflow beside them; seeds\n'
  printf '(WEFT_SOAK_SEED repeats one).\n\n'
  find "$reports/soak" -name 'TEST-*.xml' -exec sed -n -e 's/.*<testcase name="\([^"]*\)".*time="\([0-9.]*\)".*/\1 (\2 s)/p' \
    -e '/<failure/s/.*/    FAILED/p' -e 's/.*\(measured: [^]]*]\{0,1\}\).*/    \1/p' {} + | sed -e 's/^\([a-zA-Z]\)/\n\1/' -e 's/&gt;/>/g'
}

for phase in "${phases[@]}"; do
  started=$SECONDS
  case $phase in
    unit)
      say "unit and property tests, format, packages"
      if mvn_phase unit -T 2 verify; then
        mkdir -p e2e/target && touch e2e/target/.built
      fi
      # What the phases after it would compile once more, for they see classes where this saw JARs.
      compiled=(-Dmaven.compiler.useIncrementalCompilation=false)
      beside
      ;;
    api)
      say "against a real API server"
      if KUBE_API_TEST_DIR=$(e2e/tools/kube-apiserver.sh); then
        export KUBE_API_TEST_DIR
        # %regex: IT, but neither KernelIT nor what the lab runs
        mvn_phase api test -DforkCount=2 -pl crds,operator,agent -am '-Dweft.test.includes=%regex[.*(?<!Kernel)IT\.class]'
      else
        failed_phases+=("api")
      fi
      ;;
    kernel)
      say "against this kernel ($(uname -r)), in network namespaces"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*KernelIT: needs root for network namespaces")
      else
        mvn_phase kernel test -Pkernel -pl agent -am '-Dweft.test.includes=**/*KernelIT.java'
      fi
      ;;
    uml)
      say "against a kernel that has WireGuard (User Mode Linux)"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*KernelIT on User Mode Linux: needs root")
      elif [ "$(uname -m)" != x86_64 ]; then
        not_run+=("*KernelIT on User Mode Linux: needs x86_64, this is $(uname -m)")
      else
        [ -n "$uml" ] || beside
        wait "$uml" || failed_phases+=("uml")
        grep -E '^(kernel:|--|SUCCESSFUL|FAILED|ABORTED|[0-9]+ passed|weft:)' "$reports/uml.log" | cut -c1-200
      fi
      ;;
    lab)
      say "in the lab"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*E2E: need root for namespaces")
      else
        [ -z "$images" ] || wait "$images" || cat "$reports/images.log"
        mvn_phase lab test -pl e2e -am '-Dweft.test.includes=**/*E2E.java'
      fi
      ;;
    soak)
      say "in the lab, for long"
      soak_started=$(date -u +%FT%TZ)
      mvn_phase soak test -pl e2e -am "-Dweft.test.includes=$(soak_classes | sed 's:.*:**/&.java:' | paste -sd ,)"
      soak_report "$soak_started" > docs/soak.md
      echo "-- docs/soak.md written"
      ;;
    *)
      echo "test.sh: no phase '$phase'; there are: unit api kernel uml lab soak" >&2
      exit 2
      ;;
  esac
  echo "-- $phase took $((SECONDS - started)) s"
done

# Sums the attributes of all <testsuite> elements.
tests=0 bad=0 skipped=0
while read -r suite; do
  attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$suite"; }
  tests=$((tests + $(attribute tests)))
  bad=$((bad + $(attribute errors) + $(attribute failures)))
  skipped=$((skipped + $(attribute skipped)))
done < <(find "$reports" -name 'TEST-*.xml' -exec grep -ho '<testsuite [^>]*' {} + | tr '\n' ' ' | sed 's/<testsuite/\n<testsuite/g' | grep '<testsuite')

while read -r passed_there _ failed_there _ skipped_there _; do
  tests=$((tests + passed_there + failed_there + skipped_there))
  bad=$((bad + failed_there))
  skipped=$((skipped + skipped_there))
done < <(find "$reports" -name '*.summary' -exec cat {} +)

say "not run"
grep -h '^ABORTED' "$reports"/uml.log 2>/dev/null | sed 's/^ABORTED/  uml:/'
find "$reports" -name 'TEST-*.xml' | sort | while read -r file; do
  kernel=$(basename "$(dirname "$file")")
  awk -v phase="$kernel" '/<testcase /{name=$0; sub(/.*<testcase /,"",name)} /<skipped/{m=$0; n=" " name;
    match(n,/ name="[^"]*"/); c=substr(n,RSTART+7,RLENGTH-8); match(n,/classname="[^"]*"/); k=substr(n,RSTART+11,RLENGTH-12);
    sub(/.*: /,"",m); print "  " phase ": " k "." c ": " m}' "$file"
done
for line in "${not_run[@]:-}"; do [ -z "$line" ] || echo "  $line"; done

passed=$((tests - bad - skipped))
if [ ${#failed_phases[@]} -gt 0 ]; then
  say "failed phases: ${failed_phases[*]}"
  [ "$bad" -gt 0 ] || bad=${#failed_phases[@]} # a phase that doesn't even compile has failed, too
fi
[ "$tests" -gt 0 ] || { echo "no test has run"; bad=$((bad + 1)); }
echo
echo "$passed passed, $bad failed, $skipped skipped"
[ "$bad" -eq 0 ] && [ "$passed" -gt 0 ]
