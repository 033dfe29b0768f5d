#!/usr/bin/env bash
# foreign-crds.sh olm|prometheus: prints the folder with the CRDs of the Operator Lifecycle Manager, or of the Prometheus operator, out of
# its Go module: fetched once, nothing is compiled.
set -euo pipefail
case ${1:-} in
  olm) module=github.com/operator-framework/api@v0.37.0 folder=crds ;;
  prometheus) module=github.com/prometheus-operator/prometheus-operator@v0.85.0 folder=example/prometheus-operator-crd ;;
  *) echo "foreign-crds: olm or prometheus, not '${1:-}'" >&2 && exit 2 ;;
esac
command -v go >/dev/null || { echo "foreign-crds: no 'go' on the PATH; install it" >&2; exit 1; }
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/$1-${module##*@}
if [ ! -d "$cache" ]; then
  # Outside any module, so that none is changed.
  cd "$(mktemp -d)"
  trap 'rm -rf "$PWD"' EXIT
  source=$(go mod download -json "$module" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  mkdir -p "${cache%/*}"
  cp -r "$source/$folder" "$cache.draft.$$"
  chmod -R u+w "$cache.draft.$$"
  mv -T "$cache.draft.$$" "$cache" 2>/dev/null || rm -rf "$cache.draft.$$" # another was quicker
fi
echo "$cache"
