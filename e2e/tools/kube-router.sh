#!/usr/bin/env bash
# Prints the path of kube-router, whose firewall is a NetworkPolicy engine in iptables and ipset. Built once from its Go
# module (about three minutes of two cores) and cached outside the tree.
set -euo pipefail
version=v2.1.0
folder=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/kube-router-$version
mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9 # two makes side by side share one build
if [ ! -x "$folder/kube-router" ]; then
  command -v go >/dev/null || { echo "kube-router.sh: no 'go' on the PATH; install Go 1.26 or newer" >&2; exit 1; }
  echo "weft: kube-router $version: building from its Go module, once (three minutes), into $folder" >&2
  # Outside this module: kube-router has dependencies of its own.
  (cd / && CGO_ENABLED=0 GOBIN=$folder go install -trimpath -ldflags '-s -w' \
    "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router@$version") >&2
fi
echo "$folder/kube-router"
