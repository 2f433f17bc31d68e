# Traffic classes as packets see them: two zones want more of the uplink than there is. Judged by
# `tc` and by the byte counters of the kernel, in ratios: a slow machine is slow for both.
. "$(dirname "$0")/hosts.bash"
command -v tc python3 >/dev/null || { echo "SKIPPED: tc or python3 is missing"; exit 77; }
ip link add probe0 type dummy 2>/dev/null || ip link add probe0 type veth peer name probe1
tc qdisc add dev probe0 root htb 2>/dev/null || { echo "SKIPPED: this kernel has no HTB"; exit 77; }
ip link delete probe0
flood_py=$top/tests/integration/firewall/flood.py

# shown: roots and classes of every link, as tc has them.
shown() { tc qdisc show; for link in eth0 eth1 eth2; do tc class show dev $link; done; }
# sent LINK CLASS: bytes that a class has sent.
sent() { tc -s class show dev "$1" | sed -n "/class htb 6d6b:$2 /,/Sent/s/.*Sent \([0-9]*\) bytes.*/\1/p"; }
# bytes LINK rx|tx: of the link itself.
bytes() { ip -s -j link show "$1" | jq ".[0].stats64.$2.bytes"; }
# share A B: how much A is of A and B, in percent.
share() { echo $((100 * $1 / ($1 + $2 + 1))); }
# drained: nobody waits in any queue. A guest's megabit takes twelve seconds for a thousand frames.
drained() { ! tc -s qdisc show | grep -q 'backlog [^0]'; }
# both up|down PAYMENT_MBIT GUEST_MBIT: the hosts ask for so much at the same time. Leaves in $payment and
# $guest what passed for each, in $offered and $passed what went in and came out.
both() {
  local way=$1 pids=() before after count
  eventually 30 drained || failed "the queues run dry"
  in_host payment python3 "$flood_py" "$way" 203.0.113.10:5001 "$2" 6 & pids+=($!)
  in_host guest python3 "$flood_py" "$way" 203.0.113.10:5001 "$3" 6 & pids+=($!)
  sleep 1.5
  if [ "$way" = up ]; then
    count() { echo "$(sent eth0 20) $(sent eth0 40) $(($(bytes eth1 rx) + $(bytes eth2 rx))) $(bytes eth0 tx)"; }
  else
    count() { echo "$(bytes eth1 tx) $(bytes eth2 tx) $(bytes eth0 rx) $(($(bytes eth1 tx) + $(bytes eth2 tx)))"; }
  fi
  before=($(count))
  sleep 3
  after=($(count))
  wait "${pids[@]}"
  payment=$((after[0] - before[0])) guest=$((after[1] - before[1]))
  offered=$((after[2] - before[2])) passed=$((after[3] - before[3]))
  echo "$way: payment $payment, guest $guest of $offered bytes"
}

host payment eth1 10.64.4.50/23 10.64.4.1
host guest eth2 10.64.16.50/21 10.64.16.1
host wan eth0 198.18.0.1/30 198.18.0.2
ip -n wan address add 203.0.113.10/32 dev lo
in_host wan python3 "$flood_py" sink 203.0.113.10:5001 </dev/null >"$dir/sink.log" 2>&1 &
prove "somebody is there to talk to" eventually 10 grep -q serving "$dir/sink.log"

cat >"$dir/market.yaml" <<'YAML'
schema: 1
kind: market-design
site: { id: queue-1, name: 줄서기 시장 }
addressing: { supernet: 10.64.0.0/19 }
zones:
  - { id: payment, vid: 20, prefix: 10.64.4.0/23,  gateway: 10.64.4.1,  interface: eth1, trust: cardholder }
  - { id: guest,   vid: 40, prefix: 10.64.16.0/21, gateway: 10.64.16.1, interface: eth2, trust: untrusted }
services:
  - { id: van-a, type: van, to: [203.0.113.10], port: udp/5001, probe: query, from: [payment] }
methods:
  - { id: card, name: 카드, services: [van-a], abilities: [ic] }
policy:
  - { id: pay-out,   from: payment, to: { services: [van-a] } }
  - { id: guest-out, from: guest,   to: internet }
gateway:
  id: gw1
  uplink:
    interface: eth0
    addresses: [198.18.0.2/30]
    routes: [{ to: default, via: 198.18.0.1 }]
    mtu: 1492
    rate: { down: 8Mbit/s, up: 8Mbit/s }
  qos:
    classes:
      - { zone: payment, min: 5Mbit/s, priority: 7 }
      - { zone: guest, priority: 0 }
YAML
MARKET_SWEEP_RANGES= market_settings "$dir" "$dir/market.yaml"
start_daemon

# Somebody else's queue on one of the links.
tc qdisc add dev eth2 root handle 1: pfifo limit 77
prove "the design is sound" exits 0 "${ctl[@]}" check --strict "$dir/market.yaml"
shown >"$dir/before"
ip -j link show eth0 | jq '.[0].mtu' >>"$dir/before"
prove "the plan names the foreign queue" says "somebody else put there: 'pfifo 1:'" "${ctl[@]}" plan
prove "it is applied without it" "${ctl[@]}" apply
prove "the foreign queue is as it was" bash -c 'tc qdisc show dev eth2 | grep -q "^qdisc pfifo 1: root .*limit 77p"'
prove "the uplink has its root" bash -c 'tc qdisc show dev eth0 | grep -q "^qdisc htb 6d6b: root .*default 0xf001"'
prove "and the class of payment" bash -c 'tc class show dev eth0 | grep -q "^class htb 6d6b:20 parent 6d6b:f000 .*prio 7 rate 5Mbit ceil 8Mbit"'
prove "and its MTU" [ "$(ip -j link show eth0 | jq '.[0].mtu')" = 1492 ]
prove "that is undone" exits 0 "${ctl[@]}" rollback
{ shown; ip -j link show eth0 | jq '.[0].mtu'; } >"$dir/after"
prove "exactly" diff "$dir/before" "$dir/after"

tc qdisc delete dev eth2 root
prove "with the foreign queue gone, all of it is applied" "${ctl[@]}" apply
prove "the link to the guests has its root" bash -c 'tc qdisc show dev eth2 | grep -q "^qdisc htb 6d6b: root .*default 0 "'
prove "the second plan is empty" exits 0 "${ctl[@]}" plan
tc monitor >"$dir/monitor" 2>&1 &
monitor=$!
sleep 0.5
prove "a second apply has nothing to do" exits 0 "${ctl[@]}" apply
sleep 0.5
kill $monitor
prove "and the kernel saw no write to any queue" [ ! -s "$dir/monitor" ]

# Guests are first to get what is left, and ask for three times as much; payment keeps its minimum.
both up 10 30
prove "payment keeps its minimum on the way up" [ "$(share $payment $guest)" -ge 50 ]
prove "guests get the rest" [ "$(share $payment $guest)" -le 80 ]
prove "the queue is ours: most of what was offered did not pass" [ $((100 * passed / offered)) -le 50 ]
both down 10 30
prove "payment keeps its minimum on the way down" [ "$(share $payment $guest)" -ge 50 ]
prove "guests get the rest" [ "$(share $payment $guest)" -le 90 ]
prove "and the queue is ours there, too" [ $((100 * passed / offered)) -le 70 ]

# A class that somebody changes by hand is found, and put right.
tc class change dev eth0 parent 6d6b:f000 classid 6d6b:20 htb rate 100kbit ceil 200kbit prio 7
prove "the audit finds it, with the line of the design" bash -c '
  "$0" audit -o json | jq -e "[.items[] | select(.verdict == \"changed\")] |
    length == 1 and .[0].field == \"class[eth0 20]\" and (.[0].origin | contains(\"market.yaml:\"))"' "${ctl[0]}"
prove "so does the plan" exits 2 "${ctl[@]}" plan
prove "it is put right" "${ctl[@]}" apply
prove "as tc sees it" bash -c 'tc class show dev eth0 | grep -q "6d6b:20 .*rate 5Mbit ceil 8Mbit"'
tc class add dev eth0 parent 6d6b:f000 classid 6d6b:99 htb rate 1mbit
prove "a class that nobody designed is an extra thing" bash -c '
  "$0" audit -o json | jq -e "[.items[] | select(.verdict == \"extra\" and .field == \"class[eth0 99]\")] | length == 1"' "${ctl[0]}"
prove "and goes" "${ctl[@]}" apply
prove "as tc sees it" bash -c '! tc class show dev eth0 | grep -q 6d6b:99'

# Guests get a maximum, and though they are first and ask for most they have no more.
sed -i 's/{ zone: guest, priority: 0 }/{ zone: guest, max: 1Mbit\/s, priority: 0 }/' "$dir/market.yaml"
prove "the new design is read" "${ctl[@]}" reload
prove "and applied" "${ctl[@]}" apply
both up 20 30
prove "guests keep their maximum on the way up" [ "$(share $guest $payment)" -le 25 ]
prove "and get something" [ $guest -gt 0 ]
both down 20 30
prove "guests keep their maximum on the way down" [ "$(share $guest $payment)" -le 25 ]
prove "and get something" [ $guest -gt 0 ]

# Without rates there are no queues, and nothing of ours is left.
sed -i '/rate: {/d; /mtu:/d' "$dir/market.yaml"
prove "the design without rates is read" "${ctl[@]}" reload
prove "and applied" "${ctl[@]}" apply
prove "no queue is left" bash -c '! tc qdisc show | grep -q 6d6b'
prove "no packet is told a class" bash -c '! nft list table inet marketd | grep -q "meta priority"'
prove "that is undone, classes and all" bash -c '"$0" rollback && tc class show dev eth0 | grep -q "6d6b:20 "' "${ctl[0]}"
