# Hosts behind the gateway's links, each in a network namespace of its own, on the ground of the
# market tests. Sourced.
. "$(dirname "${BASH_SOURCE[0]}")/../market/market.bash"
hosts_py=$top/tests/integration/firewall/hosts.py

mount -t tmpfs tmpfs /run
ip link set lo up

# host NAME LINK ADDRESS GATEWAY [PORT...]: a host behind one of the gateway's links, with open doors.
host() {
  ip netns add "$1"
  ip link add "$2" type veth peer name eth0 netns "$1"
  ip -n "$1" link set lo up
  ip -n "$1" link set eth0 up
  ip -n "$1" address add "$3" dev eth0
  ip -n "$1" route add default via "$4" 2>/dev/null
  open_doors "$1" "${@:5}"
}
# open_doors NAME [PORT...]: something answers at the doors of a host.
open_doors() {
  nsenter --net="/run/netns/$1" python3 "$hosts_py" serve "${@:2}" </dev/null >"$dir/$1.log" 2>&1 &
  prove "host $1 is there" eventually 10 grep -q serving "$dir/$1.log"
}
in_host() { nsenter --net="/run/netns/$1" "${@:2}"; }
