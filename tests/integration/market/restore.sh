# The power goes: a gateway comes back with nothing in its kernel, the switches with what they saved.
CASE_SECONDS=200
. "$(dirname "$0")/market.bash"

start_market --stalls 6 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept
world >"$dir/before"
prove "the market is built" exits 0 "${ctl[@]}" apply
world >"$dir/built"

# power_cut: the kernel as it is after a start, with the technician's management address.
power_cut() {
  kill -9 "$daemon"
  wait "$daemon" 2>/dev/null
  pkill dnsmasq
  nft delete table inet marketd 2>/dev/null
  for bridge in $(ip -j link show type bridge | jq -r '.[].ifname'); do ip link delete "$bridge"; done
  for i in 0 1 2 3 4; do
    tc qdisc delete dev "eth$i" root 2>/dev/null
    ip address flush dev "eth$i"
    ip link set "eth$i" down
    echo 0 >"/proc/sys/net/ipv4/conf/eth$i/forwarding"
  done
  ip link set eth1 up
  ip address add 10.64.0.1/24 dev eth1
}
restored() { world >"$dir/now"; diff "$dir/built" "$dir/now"; }
settled() { api_is 0 '[.runs[] | select(.ended_ms == 0)] | length' history; }
runs() { api '.runs | length' history; }

power_cut
prove "nothing is left in the gateway" bash -c "! cmp -s <(nft list ruleset | grep -c marketd) <(echo 1)"
start_daemon
prove "it gets back what it had, to the letter" eventually 30 restored
prove "that is in the history, by marketd itself" api_is marketd '.runs[0].actor' history
prove "and in its log" grep -q RESTORE_BEGUN "$dir/marketd.log"
prove "a plan has nothing to do" exits 0 "${ctl[@]}" plan

# A start without a loss changes nothing, not even when a hand has changed something.
kill "$daemon"; wait "$daemon" 2>/dev/null
ip link set eth3 down
start_daemon
prove "swept" eventually 20 swept
prove "what a hand changed is left for people to judge" exits 2 "${ctl[@]}" plan
prove "nothing was restored" api_is 2 '.runs | length' history
prove "it is put right by one who may" exits 0 "${ctl[@]}" apply

# Another design on the disk is not what was applied.
power_cut
sed -i 's/id: guest-out.*/id: guest-out, from: guest, to: internet }/' "$dir/market.yaml"
start_daemon
prove "swept" eventually 20 swept
prove "another design is not brought in by a start" bash -c '! nft list table inet marketd'
prove "one that a person applies is" exits 0 "${ctl[@]}" apply
prove "a rollback undoes the person's change" exits 0 "${ctl[@]}" rollback
power_cut
start_daemon
prove "swept" eventually 20 swept
prove "what was rolled back is not restored" bash -c '! nft list table inet marketd'
