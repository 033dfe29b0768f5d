#!/usr/bin/env bash
# Prints the path of a User Mode Linux binary: Debian's 6.12 kernel as an ordinary process, with WireGuard, IPIP,
# VXLAN, dummy, netem and nftables, for machines whose own kernel lacks them. Built once (about 12 minutes of two
# cores) and cached outside the tree, keyed by the source package's version, the configuration and our patch.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}
say() { printf 'weft: %s\n' "$*" >&2; }

[ "$(uname -m)" = x86_64 ] || { say "User Mode Linux: needs x86_64, this is $(uname -m)"; exit 1; }
version=$(apt-cache policy linux-source-6.12 2>/dev/null | sed -n 's/^ *Candidate: //p')
{ [ -n "$version" ] && [ "$version" != "(none)" ]; } || {
  say "User Mode Linux: Debian's package linux-source-6.12 is not to be had (run 'apt-get update' first?)"; exit 1; }
# The source takes a CPU's extended state to have 2696 bytes; with AMX it has 11008, and no process would start.
state_bytes=12288
key=$( { echo "$version $state_bytes"; cat "$here/uml.config" "$here/uml.patch"; } | sha256sum | cut -c1-12)
dir=$cache/uml-$key
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9
if [ ! -x "$dir/linux" ]; then
  say "User Mode Linux $version: building it once (about 12 minutes) into $dir"
  work=$(mktemp -d "$cache/uml-build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  apt-get download -q linux-source-6.12 flex bison m4 >&2
  for p in ./*.deb; do dpkg -x "$p" root; done
  export PATH=$work/root/usr/bin:$PATH BISON_PKGDATADIR=$work/root/usr/share/bison M4=$work/root/usr/bin/m4
  mkdir src && tar xJf root/usr/src/linux-source-6.12.tar.xz -C src --strip-components=1
  cd src
  sed -i "s/DEFINE_LONGS(HOST_FP_SIZE, 2696)/DEFINE_LONGS(HOST_FP_SIZE, $state_bytes)/" arch/x86/um/user-offsets.c
  grep -q "HOST_FP_SIZE, $state_bytes" arch/x86/um/user-offsets.c
  git apply "$here/uml.patch"
  grep -q xa_is_zero arch/um/kernel/tlb.c # where the cache lies in a repository, git leaves it out without a word
  # Without VMAP_STACK: each thread's stack would be sixteen mappings of the host's process, which every fork inside copies.
  cp "$here/uml.config" .config
  make -s ARCH=um olddefconfig >&2
  make -s ARCH=um -j"${WEFT_JOBS:-$(nproc)}" linux >&2
  strip -o "$dir/linux.part" linux
  cp modules.builtin modules.builtin.modinfo "$dir/" 2>/dev/null || true
  mv "$dir/linux.part" "$dir/linux"
fi
printf '%s\n' "$dir/linux"
