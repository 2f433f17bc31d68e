# The packet filter as packets see it: a gateway between five real hosts, each in a network namespace
# of its own. Every host tries every door of every other one; what opens is compared with a table
# that a person wrote. Judged by packets and by nft's own listing.
CASE_SECONDS=280
. "$(dirname "$0")/hosts.bash"
command -v nft python3 >/dev/null || { echo "SKIPPED: nft or python3 is missing"; exit 77; }

doors=(10.64.0.50 10.64.4.50 10.64.8.50 10.64.16.50 203.0.113.10 203.0.113.99 192.0.2.53
  10.64.0.1 10.64.4.1)
ports=(22 53 80 443)

# opens HOST: the doors that open to a host, "ADDRESS:PORT" a line.
opens() {
  local all=() address port
  for address in "${doors[@]}"; do
    for port in "${ports[@]}"; do all+=("$address:$port"); done
  done
  in_host "$1" python3 "$hosts_py" ask "${all[@]}" |
    grep -v "^$(ip -n "$1" -j address show eth0 | jq -r '.[0].addr_info[0].local'):" || true
}
# table: what opens to whom, as packets see it.
table() {
  local each
  for each in mgmt payment staff guest wan; do opens "$each" | sed "s/^/$each /"; done
}

host mgmt eth1 10.64.0.50/24 10.64.0.1
host payment eth2 10.64.4.50/23 10.64.4.1
host staff eth3 10.64.8.50/23 10.64.8.1
host guest eth4 10.64.16.50/21 10.64.16.1
host wan eth0 198.18.0.1/30 198.18.0.2
for address in 203.0.113.10 203.0.113.99 192.0.2.53 198.51.100.1; do
  ip -n wan address add "$address/32" dev lo
done
python3 "$hosts_py" serve </dev/null >"$dir/gateway.log" 2>&1 &
prove "the gateway has doors of its own" eventually 10 grep -q serving "$dir/gateway.log"

cat >"$dir/market.yaml" <<'YAML'
schema: 1
kind: market-design
site: { id: seg-1, name: 칸막이 시장 }
addressing: { supernet: 10.64.0.0/19 }
zones:
  - { id: mgmt,    vid: 10, prefix: 10.64.0.0/24,  gateway: 10.64.0.1,  interface: eth1, trust: infrastructure }
  - { id: payment, vid: 20, prefix: 10.64.4.0/23,  gateway: 10.64.4.1,  interface: eth2, trust: cardholder }
  - { id: staff,   vid: 30, prefix: 10.64.8.0/23,  gateway: 10.64.8.1,  interface: eth3, trust: internal }
  - { id: guest,   vid: 40, prefix: 10.64.16.0/21, gateway: 10.64.16.1, interface: eth4, trust: untrusted }
services:
  - { id: van-a, type: van, to: [203.0.113.10], port: tcp/443, probe: tcp, from: [payment] }
  - { id: dns,   type: dns, to: [192.0.2.53],   port: tcp/53,  probe: tcp, from: [payment] }
methods:
  - { id: card, name: 카드, services: [van-a, dns], abilities: [ic] }
policy:
  - { id: pay-out,   from: payment, to: { services: [van-a, dns] } }
  - { id: staff-out, from: staff,   to: internet }
  - { id: guest-out, from: guest,   to: internet, port: [tcp/80, tcp/443], limit: { per-host: 10Mbit/s } }
  - { id: noc-in,    from: { prefix: 198.51.100.0/28 }, to: mgmt, port: [tcp/22] }
gateway:
  id: gw1
  uplink: { interface: eth0, addresses: [198.18.0.2/30], routes: [{ to: default, via: 198.18.0.1 }] }
YAML
cat >"$dir/designed" <<'TABLE'
mgmt 10.64.0.1:22
mgmt 10.64.0.1:443
mgmt 10.64.0.1:53
mgmt 10.64.0.1:80
mgmt 10.64.4.1:22
mgmt 10.64.4.1:443
mgmt 10.64.4.1:53
mgmt 10.64.4.1:80
payment 192.0.2.53:53
payment 203.0.113.10:443
staff 192.0.2.53:22
staff 192.0.2.53:443
staff 192.0.2.53:53
staff 192.0.2.53:80
staff 203.0.113.10:22
staff 203.0.113.10:443
staff 203.0.113.10:53
staff 203.0.113.10:80
staff 203.0.113.99:22
staff 203.0.113.99:443
staff 203.0.113.99:53
staff 203.0.113.99:80
guest 192.0.2.53:443
guest 192.0.2.53:80
guest 203.0.113.10:443
guest 203.0.113.10:80
guest 203.0.113.99:443
guest 203.0.113.99:80
TABLE
noc() { in_host wan env python3 - "$@" <<'PY'
import socket, sys
s = socket.socket(); s.settimeout(1.5); s.bind(("198.51.100.1", 0))
try: s.connect((sys.argv[1], int(sys.argv[2]))); print("open")
except OSError: print("closed")
PY
}
as_designed() {
  table >"$dir/seen"
  diff <(grep -v "^wan \(203\|192\|198\)" "$dir/seen") "$dir/designed"
}
# rules: every table of the gateway, without handles.
rules() { nft -j list ruleset | jq -S 'del(.. | .handle?) | del(.nftables[0])'; }

# Somebody else's table, which is not ours to touch.
nft add table inet foreign
nft 'add chain inet foreign watch { type filter hook forward priority 100; policy accept; }'
nft add rule inet foreign watch counter
foreign=$(nft -s list table inet foreign)
MARKET_SWEEP_RANGES= market_settings "$dir" "$dir/market.yaml"
sed -i 's/listen:.*/listen: { address: 127.0.0.1, port: 9750 }/' "$dir/marketd.yaml"
start_daemon
rules >"$dir/before.rules"
ip -j address show >"$dir/before.addresses"

prove "the design is sound" "${ctl[@]}" check "$dir/market.yaml"
prove "the plan closes first and opens last" bash -c '
  "$0" plan -o json >"$1/plan.json"; [ $? = 2 ] &&
  jq -e "(.steps[0].changes | map(.field) | index(\"chain[forward]\")) != null and
         (.steps[-1].changes | map(.field) | all(startswith(\"rule[forward \") or startswith(\"rule[postrouting \")))" "$1/plan.json"' \
  "${ctl[0]}" "$dir"
prove "it is applied" "${ctl[@]}" apply
prove "packets pass exactly as designed" eventually 30 as_designed
prove "and the network operation centre reaches what it may" [ "$(noc 10.64.0.1 22)$(noc 10.64.0.50 22)" = openopen ]
prove "and nothing else" [ "$(noc 10.64.0.1 80)$(noc 10.64.0.50 443)$(noc 10.64.4.50 22)" = closedclosedclosed ]
prove "a second plan is empty" exits 0 "${ctl[@]}" plan
prove "a foreign table is as it was" [ "$(nft -s list table inet foreign)" = "$foreign" ]

# A rule that somebody opens by hand is found, by packets and by the audit, and goes.
handmade='iifname "eth4" ip daddr 10.64.4.0/23 tcp dport 443 accept'
nft "insert rule inet marketd forward $handmade"
table | grep -v "^wan" >"$dir/seen"
prove "an opened door is seen by packets" [ "$(diff "$dir/designed" "$dir/seen" | grep '^>')" = "> guest 10.64.4.50:443" ]
prove "and by the audit, as one extra thing" bash -c '
  "$0" audit -o json | jq -e "[.items[] | select(.verdict != \"same\" and .device == \"gw1\")] |
    length == 1 and .[0].verdict == \"extra\" and (.[0].built | contains(\"eth4\"))"' "${ctl[0]}"
prove "apply takes it away" "${ctl[@]}" apply
prove "and packets agree" eventually 30 as_designed

# A rule that somebody changes in place is found as changed.
changed=$(nft -a list chain inet marketd forward | sed -n 's/.*"pay-out van-a" # handle \([0-9]*\)/\1/p')
nft "replace rule inet marketd forward handle $changed iifname \"eth2\" ip saddr 10.64.4.0/23 oifname \"eth0\" accept comment \"pay-out van-a\""
prove "a widened rule is seen by packets" [ -n "$(opens payment | grep 203.0.113.99:80)" ]
prove "and by the audit, with the line of the design" bash -c '
  "$0" audit -o json | jq -e "[.items[] | select(.verdict == \"changed\")] |
    length == 1 and .[0].field == \"rule[forward pay-out van-a]\" and (.[0].origin | contains(\"market.yaml:\"))"' "${ctl[0]}"
prove "it is put right" "${ctl[@]}" apply
prove "and packets agree again" eventually 30 as_designed

# A policy that leaves the design closes its door; a service that moves takes its set along.
cp "$dir/market.yaml" "$dir/whole.yaml"
sed -i '/id: staff-out/d; s/to: \[203.0.113.10\]/to: [203.0.113.99]/' "$dir/market.yaml"
prove "the new design is read" "${ctl[@]}" reload
prove "it is applied" "${ctl[@]}" apply
prove "the door of the policy that left is closed" [ -z "$(opens staff)" ]
prove "the service is where it moved" [ "$(opens payment | sort | tr '\n' ' ')" = "192.0.2.53:53 203.0.113.99:443 " ]
prove "nothing of it is left in the table" bash -c '! nft list table inet marketd | grep -q staff-out'
prove "that is undone" exits 0 "${ctl[@]}" rollback
cp "$dir/whole.yaml" "$dir/market.yaml"
prove "the old design is read" "${ctl[@]}" reload
prove "packets pass as before" eventually 30 as_designed
prove "and nothing is to be done" exits 0 "${ctl[@]}" plan
