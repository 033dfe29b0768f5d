#!/usr/bin/env bash
# Prints a folder with the agent as it was before: its JARs in lib/, its launcher beside them. That is the last release, by its
# tag vX.Y.Z; before there is one, the last commit that agents differ from. Built once per commit, cached outside the tree.
# Exit code 3: this checkout's history doesn't reach back so far.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
# shellcheck source=e2e/tools/jdk.sh
source e2e/tools/jdk.sh

commit=$(git describe --tags --abbrev=0 --match 'v[0-9]*' HEAD 2>/dev/null || true)
if [ -z "$commit" ]; then
  newest=$(git log -1 --format=%H -- agent/src/main mesh/src/main crds/src/main 2>/dev/null || true)
  [ -n "$newest" ] && commit=$(git rev-parse --quiet --verify "$newest^" || true)
fi
if [ -z "$commit" ]; then
  echo "previous-build: no release tag, and no older commit in this checkout's history" >&2
  exit 3
fi
commit=$(git rev-parse "$commit^{commit}")
programs=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/programs
mkdir -p "$programs"
folder=$programs/previous-${commit:0:12}
if [ ! -d "$folder" ]; then
  tree=$(mktemp -d)
  trap 'git worktree remove --force "$tree" >/dev/null 2>&1 || rm -rf "$tree"; git worktree prune' EXIT
  git worktree add --quiet --detach "$tree" "$commit" >&2
  (cd "$tree" && mvn -q -B -Pquick -DskipTests -Dspotless.check.skip=true -pl agent -am package) >&2
  draft=$(mktemp -d -p "$programs" draft.XXXXXX)
  mkdir "$draft/lib"
  cp "$tree"/agent/target/weft-agent-*.jar "$tree"/agent/target/lib/*.jar "$draft/lib/"
  cp -p "$tree/agent/weft-agent" "$draft/"
  [ ! -e "$tree/deploy/launch/find-java.sh" ] || cp "$tree/deploy/launch/find-java.sh" "$draft/"
  chmod 0755 "$draft"
  mv -T "$draft" "$folder" 2>/dev/null || rm -rf "$draft" # another was quicker
fi
touch "$folder"
echo "$folder"
