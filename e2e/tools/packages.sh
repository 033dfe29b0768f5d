#!/usr/bin/env bash
# Installs the Debian packages that the lab needs and that are missing, when root, and says so.
#   packages.sh [cluster]    cluster: also those of a cluster with real kubelets
set -euo pipefail

missing=()
need() { # need PROGRAM PACKAGE
  command -v "$1" >/dev/null || [ -x "$1" ] || missing+=("$2")
}
PATH=$PATH:/usr/sbin:/sbin
need ip iproute2
need nft nftables
need iptables iptables
need wg wireguard-tools
need wireguard-go wireguard-go
need /usr/lib/cni/bridge containernetworking-plugins
need etcd etcd-server
need tcpdump tcpdump
need dnsmasq dnsmasq-base
need socat socat
need openssl openssl
need sysctl procps
need setpriv util-linux
need mvn maven
need ping iputils-ping
need curl curl
need zbarimg zbar-tools
need ipset ipset # kube-router keeps its policies in sets
need shellcheck shellcheck
need promtool prometheus
compgen -G '/usr/lib/*/libnftables.so.1' >/dev/null || missing+=(libnftables1)
if [ "${1:-}" = cluster ]; then
  need containerd containerd
  need runc runc
  need conntrack conntrack
  need buildah buildah
  need mmdebstrap mmdebstrap
  need jq jq
  need gcc gcc
  need socat socat # kubelet's port-forward
fi

if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "weft: missing Debian packages; as root: apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "weft: installing the missing Debian packages ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get install -qq --yes --no-install-recommends "${missing[@]}" >/dev/null || {
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends "${missing[@]}" >/dev/null
}
# The lab starts its own Prometheus and containerd; the packages' services aren't wanted.
for service in prometheus containerd; do
  case " ${missing[*]} " in
    *" $service "*) systemctl disable --now "$service" >/dev/null 2>&1 || true ;;
  esac
done
