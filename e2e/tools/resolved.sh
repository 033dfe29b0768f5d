#!/usr/bin/env bash
# Prints a folder whose bin/ has systemd-resolved and resolvectl, out of Debian's package, which is not installed: that would take
# over this host's /etc/resolv.conf. Unpacked once per version, cached outside the tree.
set -euo pipefail
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}
packages=(systemd-resolved libsystemd-shared)
say() { printf 'weft: %s\n' "$*" >&2; }

candidate() { apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: //p'; }
[ -n "$(candidate systemd-resolved)" ] || apt-get update -qq >&2
version=$(candidate systemd-resolved)
{ [ -n "$version" ] && [ "$version" != "(none)" ]; } || {
  say "systemd-resolved: Debian has no such package for this host"; exit 1; }
dir=$cache/programs/resolved-$version
if [ ! -d "$dir" ]; then
  mkdir -p "$cache/programs"
  draft=$(mktemp -d -p "$cache/programs" draft.XXXXXX)
  trap 'rm -rf "$draft"' EXIT
  cd "$draft"
  apt-get download -q "${packages[@]}" >&2 || { apt-get update -qq >&2 && apt-get download -q "${packages[@]}" >&2; }
  for package in ./*.deb; do dpkg -x "$package" .; done
  rm ./*.deb
  mkdir bin
  libraries=(usr/lib/*/systemd)
  for program in lib/systemd/systemd-resolved usr/bin/resolvectl; do
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$dir/${libraries[0]}" "$dir/$program" > "bin/${program##*/}"
    chmod 755 "bin/${program##*/}"
  done
  chmod 755 .
  mv "$draft" "$dir"
fi
printf '%s\n' "$dir"
