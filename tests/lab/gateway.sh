# A gateway with real VLANs: a bridge of two trunks, four zones on it, a host in each. What it becomes is judged by
# `ip`, `bridge`, `nft`, a DHCP client and packets; nothing of marketd. Run in the lab's guest.
. "$(dirname "$0")/../integration/firewall/hosts.bash"
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1  # it writes at times of its own

# trunk NAME LINK: a switch's trunk at one of the gateway's LAN ports.
trunk() {
  ip netns add "$1"
  ip link add "$2" type veth peer name trunk netns "$1"
  ip -n "$1" link set trunk up
}
# tagged NAME TRUNK VID [ADDRESS [GATEWAY]]: a host in a VLAN of a trunk.
tagged() {
  ip netns add "$1"
  ip -n "$2" link add link trunk name eth0 type vlan id "$3"
  ip -n "$2" link set eth0 netns "$1"
  ip -n "$1" link set lo up
  ip -n "$1" link set eth0 up
  [ -z "${4:-}" ] || ip -n "$1" address add "$4" dev eth0
  [ -z "${5:-}" ] || ip -n "$1" route add default via "$5"
}
reaches() { in_host "$1" ping -c 1 -W 1 "$2"; }
apart() { ! in_host "$1" ping -c 2 -W 1 "$2"; }

ip link add nlmon0 type nlmon
ip link set nlmon0 up
trunk a eth1
trunk b eth2
tagged mgmt a 10 10.64.0.50/24 10.64.0.1
tagged payment a 20 10.64.4.50/23 10.64.4.1
tagged staff b 30 10.64.8.50/23 10.64.8.1
tagged guest b 40 10.64.16.50/21 10.64.16.1
# Over the bridge, from trunk to trunk: a VLAN of the design, and one that it does not have.
tagged far b 20 10.64.4.51/23
tagged client a 30
tagged stray-a a 66 10.66.0.1/24
tagged stray-b b 66 10.66.0.2/24
for name in mgmt payment staff guest; do open_doors "$name"; done
host wan eth0 198.18.0.1/30 198.18.0.2
for address in 203.0.113.10 203.0.113.99 192.0.2.53; do ip -n wan address add "$address/32" dev lo; done
doors=(10.64.0.50 10.64.4.50 10.64.8.50 10.64.16.50 203.0.113.10 203.0.113.99 192.0.2.53)

cat >"$dir/market.yaml" <<'YAML'
schema: 1
kind: market-design
site: { id: vlan-1, name: 브이랜 시장 }
addressing: { supernet: 10.64.0.0/19 }
zones:
  - { id: mgmt,    vid: 10, prefix: 10.64.0.0/24,  gateway: 10.64.0.1,  trust: infrastructure }
  - { id: payment, vid: 20, prefix: 10.64.4.0/23,  gateway: 10.64.4.1,  trust: cardholder }
  - { id: staff,   vid: 30, prefix: 10.64.8.0/23,  gateway: 10.64.8.1,  trust: internal,
      dhcp: { range: 10.64.8.100-10.64.8.199 } }
  - { id: guest,   vid: 40, prefix: 10.64.16.0/21, gateway: 10.64.16.1, trust: untrusted }
  - { id: parking, vid: 999, trust: none }
services:
  - { id: van-a, type: van, to: [203.0.113.10], port: tcp/443, probe: tcp, from: [payment] }
  - { id: dns,   type: dns, to: [192.0.2.53],   port: tcp/53,  probe: tcp, from: [payment] }
policy:
  - { id: pay-out,   from: payment, to: { services: [van-a, dns] } }
  - { id: staff-out, from: staff,   to: internet, port: [tcp/80] }
  - { id: guest-out, from: guest,   to: internet, port: [tcp/443] }
  - { id: watch,     from: mgmt,    to: staff, port: [tcp/22] }
gateway:
  id: gw1
  uplink: { interface: eth0, addresses: [198.18.0.2/30], routes: [{ to: default, via: 198.18.0.1 }] }
  lan: { bridge: br-mkt, interfaces: [eth1, eth2] }
YAML
cat >"$dir/designed" <<'TABLE'
mgmt 10.64.8.50:22
payment 192.0.2.53:53
payment 203.0.113.10:443
staff 192.0.2.53:80
staff 203.0.113.10:80
staff 203.0.113.99:80
guest 192.0.2.53:443
guest 203.0.113.10:443
guest 203.0.113.99:443
TABLE
cat >"$dir/members" <<'TABLE'
br-mkt 10
br-mkt 20
br-mkt 30
br-mkt 40
eth1 10
eth1 20
eth1 30
eth1 40
eth2 10
eth2 20
eth2 30
eth2 40
TABLE

# table: what opens to whom, as packets see it: every host of the market at every door of every other one.
table() {
  local each all=() address port
  for address in "${doors[@]}"; do
    for port in 22 53 80 443; do all+=("$address:$port"); done
  done
  for each in mgmt payment staff guest; do
    in_host "$each" python3 "$hosts_py" ask "${all[@]}" |
      grep -v "^$(ip -n "$each" -j address show eth0 | jq -r '.[0].addr_info[0].local'):" | sed "s/^/$each /"
  done
}
as_designed() {
  table >"$dir/seen"
  diff "$dir/designed" "$dir/seen"
}
# members: the VLANs of the bridge's ports, all tagged and no PVID, or with their flags.
members() {
  bridge -j vlan show | jq -r '.[] | .ifname as $name | .vlans[] | [$name, .vlan] + (.flags // []) | join(" ")' | sort
}
filters() { [ "$(ip -j -d link show br-mkt | jq '.[0].linkinfo.info_data | .vlan_filtering + .vlan_default_pvid')" = 1 ]; }
# state: all that a kernel has of the gateway, but for numbers that it counts up, timers, and what a link inherits from
# the hardware that was below it when it was made (tso_max_size).
state() {
  ip -j -d link show | jq -S 'walk(if type == "object" then with_entries(select(.key | test("_timer$|_max_size$") | not)) else . end) |
    del(.. | .ifindex?, .link_index?, .operstate?, .topology_change?, .address?, .bridge_id?, .root_id?) |
    map(.flags -= ["LOWER_UP", "NO-CARRIER"]) | sort_by(.ifname)'
  ip -j address show | jq -S 'map({ifname, addr_info}) | sort_by(.ifname)'
  ip -j route show table all | jq -S 'map(.flags -= ["linkdown"]) | sort_by(.table, .dst, .dev)'
  members
  nft -j list ruleset | jq -S 'del(.. | .handle?, .packets?, .bytes?, .elem?) | del(.nftables[0])'
  head /proc/sys/net/ipv4/conf/*/forwarding
}
same_state() { diff "$1" <(state); }
# findings FILTER: the audit's items that are not as designed.
findings() { "${ctl[@]}" audit -o json >"$dir/audit"; jq -ce "[.items[] | select(.verdict != \"same\") | [.verdict, .device, .field]] | $1" "$dir/audit"; }

# The kernel gives a link its queue when it is up for the first time.
for link in eth0 eth1 eth2; do
  ip link set "$link" up
  ip link set "$link" down
done
MARKET_SWEEP_RANGES=10.64.0.0/30 market_settings "$dir" "$dir/market.yaml"
start_daemon
state >"$dir/before"
prove "there is something to do" exits 2 "${ctl[@]}" plan
prove "filtering is the last thing" bash -c '
  "$0" plan -o json | jq -e ".steps[-1].changes | map(.field) == [\"link[br-mkt].vlan-filtering\"]"' "${ctl[0]}"
prove "it is applied" exits 0 "${ctl[@]}" apply
prove "the bridge filters, and gives no VLAN by itself" filters
prove "its ports have the zones' VLANs and no other" diff "$dir/members" <(members)
prove "each zone has its VLAN link with its address" [ "$(ip -j -d address show type vlan |
  jq -rc 'map("\(.ifname) \(.linkinfo.info_data.id) \(.link) \(.addr_info[0].local)/\(.addr_info[0].prefixlen)") | sort | join(", ")')" = \
  "br-mkt.10 10 br-mkt 10.64.0.1/24, br-mkt.20 20 br-mkt 10.64.4.1/23, br-mkt.30 30 br-mkt 10.64.8.1/23, br-mkt.40 40 br-mkt 10.64.16.1/21" ]
prove "nothing passes between zones that was not designed" bash -c '
  nft -j list chain inet marketd forward | jq -e "[.nftables[].chain? | select(.) | .policy] == [\"drop\"]"'

state >"$dir/after"
prove "it is undone" exits 0 "${ctl[@]}" rollback
prove "the gateway is exactly as it was before" same_state "$dir/before"
prove "it is applied again" exits 0 "${ctl[@]}" apply
prove "the gateway is exactly as it was after" same_state "$dir/after"

python3 "$(dirname "$0")/netlink_writes.py" nlmon0 >"$dir/writes" &
watch=$!
prove "a second pair of eyes looks at netlink" eventually 20 grep -q watching "$dir/writes"
ip link set lo up
prove "it sees a write" eventually 10 grep -q rtnetlink "$dir/writes"
seen=$(wc -l <"$dir/writes")
prove "a second plan is empty" exits 0 "${ctl[@]}" plan
prove "a second apply has nothing to do" exits 0 "${ctl[@]}" apply
prove "and writes nothing" [ "$(wc -l <"$dir/writes")" = "$seen" ]
kill "$watch"
prove "nothing has changed" same_state "$dir/after"

prove "packets pass between the zones exactly as designed" as_designed
prove "a VLAN of the design passes from trunk to trunk" reaches payment 10.64.4.51
prove "one that it does not have does not" apart stray-a 10.66.0.2


cat >"$dir/udhcpc.sh" <<'SH'
#!/bin/sh
[ "$1" = bound ] && echo "lease $ip/$mask router $router dns $dns"
exit 0
SH
chmod +x "$dir/udhcpc.sh"
prove "a DHCP client in a VLAN gets a lease of its zone" says "router 10.64.8.1 dns 10.64.8.1" \
  in_host client busybox udhcpc -i eth0 -f -q -n -t 5 -T 2 -s "$dir/udhcpc.sh"
prove "within the range" grep -Eq 'lease 10\.64\.8\.1[0-9][0-9]/23' "$dir/out"

# What a hand changes is seen by packets and by the audit, as exactly that, and goes.
nft insert rule inet marketd forward iifname br-mkt.40 ip daddr 10.64.4.0/23 tcp dport 443 accept
table >"$dir/seen"
prove "an opened door is seen by packets" [ "$(diff "$dir/designed" "$dir/seen" | grep '^[<>]')" = "> guest 10.64.4.50:443" ]
prove "and by the audit, as one extra thing" findings 'length == 1 and .[0][0] == "extra" and .[0][1] == "gw1"'
prove "apply takes it away" exits 0 "${ctl[@]}" apply

for link in eth1 eth2; do bridge vlan add dev "$link" vid 66; done
prove "a VLAN let in by hand passes" reaches stray-a 10.66.0.2
prove "that is found" findings 'sort == [["extra", "gw1", "link[eth1].vlan[66]"], ["extra", "gw1", "link[eth2].vlan[66]"]]'
prove "it is taken away" exits 0 "${ctl[@]}" apply
prove "and passes no more" apart stray-a 10.66.0.2

ip link set br-mkt type bridge vlan_filtering 0
prove "without filtering every VLAN passes" reaches stray-a 10.66.0.2
prove "that is found" findings '. == [["changed", "gw1", "link[br-mkt].vlan-filtering"]]'
prove "it is put right" exits 0 "${ctl[@]}" apply
prove "and no stray VLAN passes" apart stray-a 10.66.0.2

bridge vlan del dev eth2 vid 40
prove "a VLAN lost from a trunk is found" findings '. == [["missing", "gw1", "link[eth2].vlan[40]"]]'
prove "it is put back" exits 0 "${ctl[@]}" apply
prove "all is as after the first apply" same_state "$dir/after"
prove "packets pass exactly as designed" as_designed

# A zone leaves the design: its VLAN leaves the trunks.
cp "$dir/market.yaml" "$dir/whole.yaml"
sed -i '/id: guest/d' "$dir/market.yaml"
kill -HUP "$daemon"
prove "a design without guests is read" eventually 20 exits 2 "${ctl[@]}" plan
prove "it is applied" exits 0 "${ctl[@]}" apply
prove "their VLAN is nowhere" diff <(grep -v ' 40$' "$dir/members") <(members)
prove "that is undone" exits 0 "${ctl[@]}" rollback
prove "all is as it was" same_state "$dir/after"
cp "$dir/whole.yaml" "$dir/market.yaml"
kill -HUP "$daemon"
prove "the old design is read, and nothing is to be done" eventually 20 exits 0 "${ctl[@]}" plan
