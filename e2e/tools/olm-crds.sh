#!/usr/bin/env bash
# Prints the folder with the CRDs of the Operator Lifecycle Manager, out of its Go module: fetched once, nothing is compiled.
set -euo pipefail
module=github.com/operator-framework/api@v0.37.0
command -v go >/dev/null || { echo "olm-crds: no 'go' on the PATH; install it" >&2; exit 1; }
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/olm-${module##*@}
if [ ! -d "$cache" ]; then
  # Outside any module, so that none is changed.
  cd "$(mktemp -d)"
  trap 'rm -rf "$PWD"' EXIT
  folder=$(go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  mkdir -p "${cache%/*}"
  cp -r "$folder/crds" "$cache.draft.$$"
  chmod -R u+w "$cache.draft.$$"
  mv -T "$cache.draft.$$" "$cache" 2>/dev/null || rm -rf "$cache.draft.$$" # another was quicker
fi
echo "$cache"
