#!/usr/bin/env bash
# Runs everything that can be tested here, phase by phase, and closes with one line: N passed, N failed, N skipped.
#   test.sh [PHASE…]      phases: unit api kernel uml lab real, and soak uml-lab uml-all; default: all but these three
# A phase that fails doesn't stop the others. What could not run is named with its reason. What needs neither a quiet machine
# nor Maven runs beside the phases before the lab: the tests under User Mode Linux, and the images that the lab will want.
# Programs that are built once and kept outside the tree are built beside all of them, at the lowest priority.
#   WEFT_SOAK='NAME…'     of the phases soak, uml-lab and uml-all only these, as LifecycleSoak, UmlLab or UmlAll
#   WEFT_TEST_MINUTES=N   of the phases lab and real, no test begins later than N minutes after the start; those are named
#                         as not run. Default: all begin.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1
reports=$root/target/test-reports
say() { printf '\n== %s (after %d s)\n' "$*" "$SECONDS"; }
failed_phases=()
compiled=()
not_run=()
# Tests that wait for other processes may fail for want of a processor. One that fails is run once more, and is named if it passes then.
again=(-Dsurefire.rerunFailingTestsCount=1)

phases=("$@")
[ ${#phases[@]} -gt 0 ] || phases=(unit api kernel uml lab real)
rm -rf "$reports"
mkdir -p "$reports"
if [ -n "${WEFT_TEST_MINUTES:-}" ]; then
  WEFT_TEST_DEADLINE=$(($(date +%s) + WEFT_TEST_MINUTES * 60))
  export WEFT_TEST_DEADLINE # read by dev.weft.e2e.TimeLeft
fi

e2e/tools/packages.sh || exit 1
# shellcheck source=e2e/tools/jdk.sh
source e2e/tools/jdk.sh || exit 1

# mvn_phase PHASE ARGUMENTS…: runs Maven and keeps its reports under the phase's name.
mvn_phase() {
  local phase=$1 status=0 module
  shift
  rm -rf ./*/target/surefire-reports
  : > "$reports/$phase.log" # there before tail asks for it
  mvn -B -fae "${compiled[@]}" "$@" >> "$reports/$phase.log" 2>&1 &
  local maven=$!
  # As it goes, so that a run that is cut off shows how far it came. Not a pipe: what tests leave running would keep it open.
  tail -n +1 -f --pid="$maven" "$reports/$phase.log" |
    sed -u -nE '/Tests run:.*(FAIL|Time elapsed)|^\[ERROR\] +[A-Za-z]|COMPILATION|BUILD/s/^(.{0,300}).*/\1/p'
  wait "$maven" || status=$?
  for module in */; do
    if [ -d "$module/target/surefire-reports" ]; then
      mkdir -p "$reports/$phase"
      find "$module/target/surefire-reports" -name 'TEST-*.xml' -exec cp {} "$reports/$phase/" \;
    fi
  done
  find ./*/target/surefire-reports -name '*.xml' -exec grep -ho 'measured: .*' {} + 2>/dev/null | sed 's/]]>.*//' | sort -u
  if [ $status -ne 0 ]; then
    failed_phases+=("$phase")
    echo "-- last lines of $reports/$phase.log"
    tail -n 40 "$reports/$phase.log" | cut -c1-300
  fi
  return $status
}

# programs: builds what is not in the cache. Each script has a lock: a test that needs a program waits for it.
programs() {
  local nice='nice -n 19'
  if asked api || asked lab || asked real; then $nice e2e/tools/kube-apiserver.sh; fi
  [ "$(id -u)" -eq 0 ] || return 0
  ! asked uml || [ "$(uname -m)" != x86_64 ] || $nice e2e/tools/uml.sh
  ! asked lab || $nice e2e/tools/kube-router.sh
  ! asked real || $nice e2e/tools/kubernetes-programs.sh
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
      deploy/images/build
    ) > "$reports/images.log" 2>&1 &
    images=$!
  fi
}
asked() { [[ " ${phases[*]} " == *" $1 "* ]]; }
uml='' images=''
programs > "$reports/programs.log" 2>&1 &
programs=$!

all_soak_classes() { find ./*/src/test -name '*Soak.java' -exec basename {} .java \; | sort; }

# soaks NAME: whether it is asked for, by name or as one of all.
soaks() { [ -z "${WEFT_SOAK:-}" ] || [[ " $WEFT_SOAK " == *" $1 "* ]]; }

# soak_classes FOLDER…: those asked for that are in these modules.
soak_classes() {
  find "$@" -path '*/src/test/*' -name '*Soak.java' -exec basename {} .java \; | sort | while read -r class; do
    ! soaks "$class" || echo "$class"
  done
}

# soak_includes FOLDER…: the same, as Surefire wants them.
soak_includes() { soak_classes "$@" | sed 's:.*:**/&.java:' | paste -sd ,; }

# soak_page NAME STARTED KERNEL TESTS FAILED < LINES: what one of the long tests measured, as docs/soak/NAME.md.
soak_page() {
  local changed=''
  git diff --quiet HEAD -- . ':!docs/soak*' 2>/dev/null || changed=', with changes that are not committed'
  {
    printf '# %s\n\n<!-- Written by make soak; do not edit. -->\n| | |\n|---|---|\n' "$1"
    printf '| commit | %s%s |\n' "$(git rev-parse --short=12 HEAD 2>/dev/null || echo none)" "$changed"
    printf '| started | %s |\n| ended | %s |\n' "$2" "$(date -u +%FT%TZ)"
    printf '| tests | %s |\n| failed | %s |\n' "$4" "$5"
    printf '| kernel | %s, %s processors, load at the end %s |\n' "$3" "$(nproc)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
    printf '\nRaw, in order: flows with packets sent, lost, doubled, the longest run of lost ones; what Linux counted as overflow beside them; seeds\n'
    printf '(WEFT_SOAK_SEED repeats one).\n\n'
    cat
  } > "docs/soak/$1.md"
  echo "-- docs/soak/$1.md written"
}

# soak_index: what of the long tests has a page, as docs/soak.md.
soak_index() {
  local name page
  row() { sed -n "s/^| $1 | \(.*\) |$/\1/p" "$page"; }
  printf '# The long tests\n\n<!-- Written by make soak; do not edit. -->\n'
  printf 'What make soak found when each was last run.\n\n| | commit | ended | tests | failed |\n|---|---|---|---|---|\n'
  for name in $(all_soak_classes) UmlAll UmlLab; do
    page=docs/soak/$name.md
    if [ -f "$page" ]; then
      printf '| [%s](soak/%s.md) | %s | %s | %s | %s |\n' "$name" "$name" "$(row commit)" "$(row ended)" "$(row tests)" "$(row failed)"
    else
      printf '| %s | | | | no page yet |\n' "$name"
    fi
  done
}

# uml_page NAME STARTED SUMMARY < LINES: the page of tests under User Mode Linux.
uml_page() {
  local passed failed
  read -r passed _ failed _ < "$3" || true
  sed 's/^/    /' | soak_page "$1" "$2" "User Mode Linux $("$(e2e/tools/uml.sh)" --version) on $(uname -sr)" \
    "$((${passed:-0} + ${failed:-1}))" "${failed:-1}"
  soak_index > docs/soak.md
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
        mvn_phase api test "${again[@]}" -DforkCount=2 -pl crds,operator,agent,cli,e2e -am '-Dweft.test.includes=%regex[.*(?<!Kernel)IT\.class]'
      else
        failed_phases+=("api")
      fi
      ;;
    kernel)
      say "against this kernel ($(uname -r)), in network namespaces"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*KernelIT: needs root for network namespaces")
      else
        mvn_phase kernel test "${again[@]}" -Pkernel -pl agent -am '-Dweft.test.includes=**/*KernelIT.java'
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
        grep -E '^(kernel:|--|SUCCESSFUL|FAILED|ABORTED|FLAKE|[0-9]+ passed|weft:)' "$reports/uml.log" | cut -c1-200
      fi
      ;;
    lab)
      say "in the lab"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*E2E: need root for namespaces")
      else
        [ -z "$images" ] || wait "$images" || cat "$reports/images.log"
        mvn_phase lab test "${again[@]}" -pl e2e -am '-Dweft.test.includes=%regex[.*(?<!Kubelet)E2E\.class]'
      fi
      ;;
    real)
      say "on real kubelets"
      if [ "$(id -u)" -ne 0 ]; then
        not_run+=("*KubeletE2E: need root for namespaces")
      elif [ ! -d /sys/fs/cgroup/memory ]; then
        not_run+=("*KubeletE2E: need cgroup v1 hierarchies in /sys/fs/cgroup")
      elif ! e2e/tools/packages.sh cluster; then
        failed_phases+=("real")
      else
        wait "$programs" || cat "$reports/programs.log"
        mvn_phase real test "${again[@]}" -pl e2e -am '-Dweft.test.includes=**/*KubeletE2E.java'
      fi
      ;;
    soak)
      say "in the lab, for long"
      soak_started=$(date -u +%FT%TZ)
      KUBE_API_TEST_DIR=$(e2e/tools/kube-apiserver.sh) && export KUBE_API_TEST_DIR || failed_phases+=("soak")
      [ -z "$(soak_classes e2e operator)" ] || mvn_phase soak test -pl e2e,operator -am "-Dweft.test.includes=$(soak_includes e2e operator)"
      # Those of the agent program a kernel, in a network namespace of their own.
      [ -z "$(soak_classes agent)" ] || mvn_phase soak-agent test -Pkernel -pl agent -am "-Dweft.test.includes=$(soak_includes agent)"
      for file in "$reports"/soak/TEST-*Soak.xml "$reports"/soak-agent/TEST-*Soak.xml; do
        [ -f "$file" ] || continue
        sed -n -e 's/.*<testcase name="\([^"]*\)".*time="\([0-9.]*\)".*/\n\1 (\2 s)/p' -e '/<\(failure\|error\)/s/.*/    FAILED/p' \
          -e 's/]]>.*//' -e 's/.*\(measured: .*\)/    \1/p' "$file" | sed -e 's/&gt;/>/g' |
          soak_page "$(basename "$file" .xml | sed 's/.*[.]//')" "$soak_started" "$(uname -sr)" \
            "$(grep -c '<testcase' "$file")" "$(grep -c -e '<failure' -e '<error' "$file")"
      done
      soak_index > docs/soak.md
      ;;
    uml-lab)
      say "in the lab, under a kernel that has WireGuard (User Mode Linux)"
      if [ "$(id -u)" -ne 0 ] || [ "$(uname -m)" != x86_64 ]; then
        not_run+=("*E2E on User Mode Linux: need root and x86_64")
      elif soaks UmlLab; then
        uml_started=$(date -u +%FT%TZ)
        e2e/tools/uml-lab-tests.sh "$reports/uml-lab.summary" > "$reports/uml-lab.log" 2>&1 || failed_phases+=("uml-lab")
        touch "$reports/uml-lab.summary"
        grep -aE '^(under a kernel|SUCCESSFUL|FAILED|ABORTED|measured:|[0-9]+ passed|weft:)' "$reports/uml-lab.log" | cut -c1-200 | tee "$reports/uml-lab.lines"
        uml_page UmlLab "$uml_started" "$reports/uml-lab.summary" < "$reports/uml-lab.lines"
      fi
      ;;
    uml-all)
      say "all tests against a kernel, under one that has WireGuard (User Mode Linux)"
      if [ "$(id -u)" -ne 0 ] || [ "$(uname -m)" != x86_64 ]; then
        not_run+=("*KernelIT on User Mode Linux: need root and x86_64")
      elif soaks UmlAll; then
        uml_started=$(date -u +%FT%TZ)
        WEFT_UML_ALL=yes e2e/tools/uml-kernel-tests.sh "$reports/uml-all.summary" > "$reports/uml-all.log" 2>&1 || failed_phases+=("uml-all")
        touch "$reports/uml-all.summary"
        grep -aE '^(--|SUCCESSFUL|FAILED|ABORTED|FLAKE|[0-9]+ passed|weft:)' "$reports/uml-all.log" | cut -c1-200 | tee "$reports/uml-all.lines"
        uml_page UmlAll "$uml_started" "$reports/uml-all.summary" < "$reports/uml-all.lines"
      fi
      ;;
    *)
      echo "test.sh: no phase '$phase'; there are: unit api kernel uml lab real soak uml-lab uml-all" >&2
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

# tests_with ELEMENT: "  phase: class.test: message" of each test whose report has that element, a regular expression.
tests_with() {
  local file
  find "$reports" -name 'TEST-*.xml' | sort | while read -r file; do
    awk -v phase="$(basename "$(dirname "$file")")" -v element="<$1" '/<testcase /{name=$0; sub(/.*<testcase /,"",name)} $0 ~ element{m=$0; n=" " name;
      match(n,/ name="[^"]*"/); c=substr(n,RSTART+7,RLENGTH-8); match(n,/classname="[^"]*"/); k=substr(n,RSTART+11,RLENGTH-12);
      if (match(m,/ message="[^"]*"/)) m=substr(m,RSTART+10,RLENGTH-11); else sub(/.*: /,"",m); sub(/^Assumption failed: /,"",m);
      print "  " phase ": " k "." c ": " m}' "$file"
  done
}

say "not run"
grep -h '^ABORTED' "$reports"/uml.log 2>/dev/null | sed 's/^ABORTED/  uml:/'
tests_with skipped
for line in "${not_run[@]:-}"; do [ -z "$line" ] || echo "  $line"; done

flaky=$(tests_with 'flaky(Failure|Error)'; sed -n 's/^FLAKE/  uml:/p' "$reports"/uml.log 2>/dev/null)
if [ -n "$flaky" ]; then
  say "passed only when run once more; each is a fault of Weft or of the test"
  cut -c1-300 <<< "$flaky"
fi

passed=$((tests - bad - skipped))
if [ ${#failed_phases[@]} -gt 0 ]; then
  say "failed phases: ${failed_phases[*]}"
  [ "$bad" -gt 0 ] || bad=${#failed_phases[@]} # a phase that doesn't even compile has failed, too
fi
[ "$tests" -gt 0 ] || { echo "no test has run"; bad=$((bad + 1)); }
echo
echo "$passed passed, $bad failed, $skipped skipped"
[ "$bad" -eq 0 ] && [ "$passed" -gt 0 ]
