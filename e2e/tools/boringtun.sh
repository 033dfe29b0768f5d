#!/usr/bin/env bash
# Prints the path of boringtun-cli, WireGuard in Rust by other people than wireguard-go's. Built once from its crate (about two minutes of one core)
# and cached outside the tree; needs cargo.
set -euo pipefail
version=0.7.1
folder=${XDG_CACHE_HOME:-$HOME/.cache}/weft/boringtun-$version
if [ ! -x "$folder/bin/boringtun-cli" ]; then
  command -v cargo >/dev/null || { echo "boringtun.sh: cargo is missing; install Rust" >&2; exit 1; }
  build=$(mktemp -d)
  trap 'rm -rf "$build"' EXIT
  CARGO_TARGET_DIR=$build cargo install --quiet --locked --version "$version" --root "$folder" boringtun-cli >&2
fi
echo "$folder/bin/boringtun-cli"
