#!/usr/bin/env bash
# Prints a folder with the agent as it was before: its JARs in lib/, its launcher beside them. That is the last release, by its
# tag vX.Y.Z; before there is one, the last commit that agents differ from. Built once per commit, cached outside the tree.
# Exit code 3: this checkout's history doesn't reach back so far.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
# shellcheck source=e2e/tools/jdk.sh
source e2e/tools/jdk.sh

commits=$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD 2>/dev/null || true)
if [ -z "$commits" ]; then
  # Commits before the newest ones that changed agents; a merge may not compile before it is corrected, so there are several.
  commits=$(git log -8 --format=%P -- agent/src/main mesh/src/main crds/src/main 2>/dev/null | cut -d ' ' -f 1 || true)
fi
programs=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/programs
mkdir -p "$programs"

# build COMMIT FOLDER: fails where the commit doesn't compile.
build() (
  tree=$(mktemp -d)
  trap 'git worktree remove --force "$tree" >/dev/null 2>&1 || rm -rf "$tree"; git worktree prune' EXIT
  git worktree add --quiet --detach "$tree" "$1" >&2 || exit 1
  (cd "$tree" && mvn -q -B -Pquick -DskipTests -Dspotless.check.skip=true -pl agent -am package) >&2 || exit 1
  draft=$(mktemp -d -p "$programs" draft.XXXXXX)
  mkdir "$draft/lib"
  cp "$tree"/agent/target/weft-agent-*.jar "$tree"/agent/target/lib/*.jar "$draft/lib/"
  cp -p "$tree/agent/weft-agent" "$draft/"
  [ ! -e "$tree/deploy/launch/find-java.sh" ] || cp "$tree/deploy/launch/find-java.sh" "$draft/"
  chmod 0755 "$draft"
  mv -T "$draft" "$2" 2>/dev/null || rm -rf "$draft" # another was quicker
)

tried=0
for commit in $commits; do
  commit=$(git rev-parse --quiet --verify "$commit^{commit}") || continue
  tried=$((tried + 1))
  folder=$programs/previous-${commit:0:12}
  if [ -d "$folder" ] || build "$commit" "$folder"; then
    touch "$folder"
    echo "$folder"
    exit 0
  fi
  echo "previous-build: ${commit:0:12} does not compile" >&2
done
if [ "$tried" -eq 0 ]; then
  echo "previous-build: no release tag, and no older commit in this checkout's history" >&2
  exit 3
fi
exit 1
