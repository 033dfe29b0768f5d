# shellcheck shell=bash
# To be sourced by the smoke suite: how it reaches a lab. WEFT_LAB: its command with its name, such as "e2e/lab --name e2e".
read -ra lab <<<"${WEFT_LAB:-$root/e2e/lab}"

k() { "${lab[@]}" kubectl -- "$@"; }

# The first pod of every node.
test_pods() {
  local node address
  for node in $(k get nodes -o name); do
    node=${node#node/}
    address=$("${lab[@]}" pod "$node/a" -- ip -4 -o addr show dev eth0 | sed -n 's#.*inet \([0-9.]*\)/.*#\1#p')
    echo "$node a $address"
  done
}

in_pod() {
  local pod=$1/$2
  shift 2
  "${lab[@]}" pod "$pod" -- "$@"
}

http_get() { printf '%s\n' curl -s -m 3 -o /dev/null "http://$1/"; }

cut_node() { "${lab[@]}" fault cut "$1"; }

mend_node() { "${lab[@]}" fault mend "$1"; }
