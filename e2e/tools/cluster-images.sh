#!/usr/bin/env bash
# Prints a folder that a node's containerd can start from: it has the images of a cluster (pause, kube-proxy, CoreDNS,
# agnhost) and Weft's, unpacked. Nodes get copies by hard links, so that nothing is imported twice.
#   cluster-images.sh PROGRAMS WEFT_ARCHIVE…    PROGRAMS: what kubernetes-programs.sh prints
# The first part is made once (two minutes) and cached outside the tree, keyed by the programs; the second, once for each
# build of Weft's images; of these the newest three are kept.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
programs=$1
shift
say() { printf 'weft: %s\n' "$*" >&2; }
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}/cluster-images
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
version=$(basename "$programs" | sed 's/^cluster-\(v[0-9.]*\)-.*/\1/')
mkdir -p "$cache"
exec 9>"$cache/.lock"
flock 9

key() { cat "$@" | sha256sum | cut -c1-12; }
common=$cache/common-$suite-$(basename "$programs")-$(key "$here/cluster-images.sh" "$here/pause.c")

# import FOLDER ARCHIVE NAME…: into the containerd whose state is FOLDER; the first name is the archive's own.
# containerd runs in a mount namespace of its own, so that no mount of an unpacked layer is left.
import() {
  local folder=$1
  shift
  unshare --mount --propagation private bash -euo pipefail -s "$folder" "$@" <<'I' >&2
    folder=$1
    shift
    run=$(mktemp -d)
    containerd --root "$folder" --state "$run/state" --address "$run/socket" --log-level warn >"$run/log" 2>&1 &
    trap 'kill %1; wait %1 || true; rm -rf "$run"' EXIT
    for _ in $(seq 100); do [ ! -S "$run/socket" ] || break; sleep 0.1; done
    [ -S "$run/socket" ] || { cat "$run/log"; exit 1; }
    while [ $# -gt 0 ]; do
      archive=$1
      shift
      name=
      while [ $# -gt 0 ] && [ "$1" != -- ]; do
        if [ -z "$name" ]; then
          name=$1
          ctr -a "$run/socket" -n k8s.io images import "$archive" >/dev/null
        else
          ctr -a "$run/socket" -n k8s.io images tag --force "$name" "$1" >/dev/null
        fi
        shift
      done
      [ $# -eq 0 ] || shift
    done
I
}

if [ ! -d "$common" ]; then
  say "images of the cluster: building, once (two minutes), into $common"
  draft=$(mktemp -d -p "$cache" draft.XXXXXX)
  trap 'rm -rf "$draft"' EXIT
  storage() { buildah --root "$draft/storage" --runroot "$draft/run" "$@"; }
  echo '{"default": [{"type": "insecureAcceptAnything"}]}' >"$draft/policy.json"
  # One base for all: what kube-proxy needs, and what the upstream tests call in their pods.
  mmdebstrap --quiet --format=tar --variant=essential --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --include=iptables,nftables,conntrack,ipset,kmod,bind9-dnsutils,curl,netcat-openbsd,iproute2,iputils-ping,wget,procps \
    "$suite" "$draft/base.tar"
  gcc -Os -static -o "$draft/pause" "$here/pause.c"
  container=$(storage from scratch)
  storage add --quiet "$container" "$draft/base.tar" / >/dev/null
  storage commit --quiet --signature-policy "$draft/policy.json" --rm "$container" localhost/base >/dev/null
  # image NAME REFERENCE BASE ENTRYPOINT FILE:DESTINATION…
  image() {
    local name=$1 reference=$2 base=$3 entry=$4 container file
    shift 4
    container=$(storage from --pull-never --signature-policy "$draft/policy.json" "$base")
    for file; do storage copy --quiet --chmod 755 "$container" "${file%%:*}" "${file#*:}" >/dev/null; done
    # A pod of agnhost without arguments waits: the upstream tests exec into it.
    storage config --cmd "$([ "$name" != agnhost ] || echo '["pause"]')" --entrypoint "[\"$entry\"]" \
      --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    storage commit --quiet --signature-policy "$draft/policy.json" --rm "$container" "localhost/$name" >/dev/null
    storage push --quiet --signature-policy "$draft/policy.json" "localhost/$name" \
      "docker-archive:$draft/$name.tar:$reference"
  }
  modules=$(cd "$here" && go list -m -f '{{.Dir}}' k8s.io/kubernetes)
  agnhost=$modules/test/images/agnhost
  registry=registry.k8s.io
  image pause $registry/pause:3.10.1 scratch /pause "$draft/pause:/pause"
  image kube-proxy "$registry/kube-proxy:$version" localhost/base /usr/local/bin/kube-proxy \
    "$programs/kube-proxy:/usr/local/bin/kube-proxy"
  image coredns $registry/coredns/coredns:v1.14.7 scratch /coredns "$programs/coredns:/coredns"
  image agnhost $registry/e2e-test-images/agnhost:2.63.0 localhost/base /agnhost \
    "$programs/agnhost:/agnhost" "$programs/agnhost:/agnhost-2" "$programs/coredns:/coredns" \
    "$agnhost/porter/localhost.crt:/localhost.crt" "$agnhost/porter/localhost.key:/localhost.key"
  CGO_ENABLED=0 go build -C "$here" -trimpath -ldflags '-s -w' -o "$draft/regression" \
    k8s.io/kubernetes/test/images/regression-issue-74839
  image regression $registry/e2e-test-images/regression-issue-74839:1.4 scratch /regression-issue-74839 \
    "$draft/regression:/regression-issue-74839"
  import "$draft/containerd" \
    "$draft/pause.tar" $registry/pause:3.10.1 $registry/pause:3.10.2 $registry/pause:3.10 -- \
    "$draft/kube-proxy.tar" "$registry/kube-proxy:$version" $registry/build-image/distroless-iptables:v0.9.6 -- \
    "$draft/coredns.tar" $registry/coredns/coredns:v1.14.7 -- \
    "$draft/agnhost.tar" $registry/e2e-test-images/agnhost:2.63.0 $registry/e2e-test-images/agnhost:2.55 \
    $registry/e2e-test-images/glibc-dns-testing:2.0.0 $registry/e2e-test-images/busybox:1.37.0-1 \
    $registry/e2e-test-images/nonroot:1.5 -- \
    "$draft/regression.tar" $registry/e2e-test-images/regression-issue-74839:1.4
  mv "$draft/containerd" "$common"
  rm -rf "$draft"
  trap - EXIT
fi

whole=$cache/whole-$( (basename "$common"; cat "$@" | sha256sum) | sha256sum | cut -c1-12)
if [ ! -d "$whole" ]; then
  draft=$(mktemp -d -p "$cache" draft.XXXXXX)
  trap 'rm -rf "$draft"' EXIT
  "$here/copy-images.sh" "$common" "$draft/containerd"
  imports=()
  for archive; do imports+=("$archive" "$archive" --); done # by the name in the archive
  import "$draft/containerd" "${imports[@]}"
  mv "$draft/containerd" "$whole"
  rm -rf "$draft"
  trap - EXIT
fi
touch "$whole"
find "$cache" -maxdepth 1 -name 'whole-*' -printf '%T@ %p\n' | sort -rn | tail -n +4 | cut -d' ' -f2- |
  while read -r old; do rm -rf "$old"; done
printf '%s\n' "$whole"
