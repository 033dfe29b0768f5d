# shellcheck shell=bash
# To be sourced by the smoke suite: how it reaches a kind cluster.

k() { kubectl --context kind-weft "$@"; }

# NODE POD ADDRESS, a line for each pod that answers HTTP.
test_pods() {
  k get pods -l app=weft-smoke -o jsonpath='{range .items[*]}{.spec.nodeName} {.metadata.name} {.status.podIP}{"\n"}{end}'
}

# in_pod NODE POD COMMAND...
in_pod() {
  local pod=$2
  shift 2
  k exec "$pod" -- "$@"
}

# http_get ADDRESS: what a shell in a pod asks it with.
http_get() { echo "timeout 3 busybox wget -q -O /dev/null http://$1/passwd"; }

# Nothing reaches a node any more, nor leaves it. Not by taking it off Docker's network: it would come back with another address.
cut_node() {
  docker exec "$1" iptables -I INPUT -i eth0 -j DROP
  docker exec "$1" iptables -I OUTPUT -o eth0 -j DROP
}

mend_node() {
  docker exec "$1" iptables -D INPUT -i eth0 -j DROP
  docker exec "$1" iptables -D OUTPUT -o eth0 -j DROP
}
