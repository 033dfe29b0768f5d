#!/usr/bin/env bash
# Prints a directory that holds kube-apiserver, etcd and kubectl, building or fetching what is missing.
# kube-apiserver is compiled from its Go module (10-28 minutes of two cores, once) and cached outside
# the tree under ${WEFT_CACHE:-~/.cache/weft}, keyed by go.mod, go.sum and the toolchain.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}
say() { printf 'weft: %s\n' "$*" >&2; }

if [ -n "${KUBE_API_TEST_DIR:-}" ] && [ -x "$KUBE_API_TEST_DIR/kube-apiserver" ] && [ -x "$KUBE_API_TEST_DIR/etcd" ] \
   && [ -x "$KUBE_API_TEST_DIR/kubectl" ]; then
  printf '%s\n' "$KUBE_API_TEST_DIR"
  exit 0
fi
command -v go >/dev/null || { say "kube-apiserver: no 'go' on the PATH; install Go 1.26 or newer, or set KUBE_API_TEST_DIR to a directory with kube-apiserver, etcd and kubectl"; exit 1; }

version=$(cd "$here" && sed -n 's#^.*k8s.io/kubernetes \(v[0-9.]*\).*#\1#p' go.mod | head -n 1)
key=$(cd "$here" && { cat go.mod go.sum; go env GOVERSION GOARCH; } | sha256sum | cut -c1-12)
dir=$cache/kube-$version-$key
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9 # two makes side by side share one build

if [ ! -x "$dir/kube-apiserver" ]; then
  say "kube-apiserver $version: building from its Go module, once (10-28 minutes) into $dir"
  minor=${version#v1.}; minor=${minor%%.*}
  x=k8s.io/component-base/version
  (cd "$here" && CGO_ENABLED=0 go build -trimpath -o "$dir/kube-apiserver.part" \
    -ldflags "-s -w -X $x.gitVersion=$version -X $x.gitMajor=1 -X $x.gitMinor=$minor -X $x.gitTreeState=clean" \
    k8s.io/kubernetes/cmd/kube-apiserver) >&2
  mv "$dir/kube-apiserver.part" "$dir/kube-apiserver"
fi
if [ ! -x "$dir/etcd" ]; then
  etcd=$(command -v etcd) || { say "etcd: not on the PATH; install Debian's etcd-server"; exit 1; }
  ln -sf "$etcd" "$dir/etcd"
fi
if [ ! -x "$dir/kubectl" ]; then
  kubectl=$("$here/kubernetes-clients.sh" kubectl)
  ln -sf "$kubectl" "$dir/kubectl"
fi
printf '%s\n' "$dir"
