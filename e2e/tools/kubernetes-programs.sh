#!/usr/bin/env bash
# Prints a directory that holds the programs of a real cluster: those of kube-apiserver.sh, kubelet, kube-proxy,
# kube-controller-manager, kube-scheduler, coredns, agnhost, and the upstream test suite (ginkgo, e2e.test).
# All are compiled from their Go modules, once (about 13 minutes of two cores after kube-apiserver), beside
# kube-apiserver's cache and under the same key.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
coredns=v1.14.7
say() { printf 'weft: %s\n' "$*" >&2; }

server=$("$here/kube-apiserver.sh")
command -v go >/dev/null || { say "kubelet and others: no 'go' on the PATH; install Go 1.26 or newer"; exit 1; }
version=$(cd "$here" && sed -n 's#^.*k8s.io/kubernetes \(v[0-9.]*\).*#\1#p' go.mod | head -n 1)
key=$(cd "$here" && { cat go.mod go.sum tools.go; echo "$coredns"; go env GOVERSION GOARCH; } | sha256sum | cut -c1-12)
dir=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/cluster-$version-$key
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9 # two makes side by side share one build

minor=${version#v1.}; minor=${minor%%.*}
x=k8s.io/component-base/version
flags="-s -w -X $x.gitVersion=$version -X $x.gitMajor=1 -X $x.gitMinor=$minor -X $x.gitTreeState=clean"
export CGO_ENABLED=0

# build PACKAGE [NAME]: compiles PACKAGE of this module into $dir/NAME; kubectl, kubelet and e2e.test compare versions.
build() {
  local package=$1 name=${2:-${1##*/}}
  [ ! -x "$dir/$name" ] || return 0
  say "$name: building from its Go module, once, into $dir"
  if [ "$name" = e2e.test ]; then
    (cd "$here" && go test -vet=off -c -trimpath -ldflags "$flags" -o "$dir/$name.part" "$package") >&2
  else
    (cd "$here" && go build -trimpath -ldflags "$flags" -o "$dir/$name.part" "$package") >&2
  fi
  mv "$dir/$name.part" "$dir/$name"
}

build k8s.io/kubernetes/cmd/kubelet
build k8s.io/kubernetes/cmd/kube-proxy
build k8s.io/kubernetes/cmd/kube-controller-manager
build k8s.io/kubernetes/cmd/kube-scheduler
build k8s.io/kubernetes/test/images/agnhost
build github.com/onsi/ginkgo/v2/ginkgo
build k8s.io/kubernetes/test/e2e e2e.test
if [ ! -x "$dir/coredns" ]; then
  say "coredns $coredns: building from its Go module, once, into $dir"
  # Outside this module: CoreDNS has dependencies of its own.
  (cd / && GOBIN=$dir/.coredns go install -trimpath -ldflags '-s -w' "github.com/coredns/coredns@$coredns") >&2
  mv "$dir/.coredns/coredns" "$dir/coredns"
  rmdir "$dir/.coredns"
fi
for program in kube-apiserver etcd kubectl; do
  [ -e "$dir/$program" ] || ln -sf "$(readlink -f "$server/$program")" "$dir/$program"
done
printf '%s\n' "$dir"
