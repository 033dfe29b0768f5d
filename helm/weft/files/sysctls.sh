# What a host needs and the agent can't set by netlink. Forwarding ends IPv6 router advertisements on a link unless its accept_ra
# is 2, and with them a default route that came by one: so those first, then forwarding.
net=/host/proc/sys/net
for link in "$net"/ipv6/conf/*/accept_ra; do
  [ -e "$link" ] || continue
  [ "$(cat "$link")" != 1 ] || echo 2 >"$link"
done
[ ! -e "$net/ipv6/conf/all/forwarding" ] || echo 1 >"$net/ipv6/conf/all/forwarding"
echo 1 >"$net/ipv4/ip_forward"
