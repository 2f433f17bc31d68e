# Factory-fresh to as designed, back, and there again; judged by oracles that are not marketd.
. "$(dirname "$0")/market.bash"

sim_genuine=yes
start_market --stalls 12 --aps 2 --switches 2
world >"$dir/before"
start_daemon
prove "every switch and AP is found" eventually 20 \
  api_is 4 '[.devices[] | select(.class == "switch" or .class == "access-point") | select(.state == "up")] | length' devices

prove "a plan has changes (exit 2) and changes nothing" exits 2 "${ctl[@]}" plan --out "$dir/plan.json"
world >"$dir/after-plan"
prove "the plan changed nothing" cmp "$dir/before" "$dir/after-plan"
prove "each change names its undo and its origin" jq -e \
  '[.steps[].changes[] | select(has("before") and has("after") and (.origin | length > 0))] | length > 50' "$dir/plan.json"

prove "it says which stalls it may hurt" jq -e '[.impact[] | select(.device == "sw-1") | .stalls[]] | length > 0' "$dir/plan.json"

sim reset-counts
prove "apply of that plan is committed (exit 0)" exits 0 "${ctl[@]}" apply "$dir/plan.json"
payment=$(gateway_links "$dir/market.yaml" | sed -n 's/:sim2//p')
world >"$dir/applied"
prove "the world did change" bash -c "! cmp -s '$dir/before' '$dir/applied'"
prove "the gateway has its payment address" bash -c "ip -j address show br-mkt | jq -e '.[0].addr_info[] | select(.local == \"$payment\")'"
prove "the gateway has its default route" bash -c "ip route show default | grep -q 'via 198.18.0.1 dev eth0'"
prove "a second plan is empty (exit 0)" exits 0 "${ctl[@]}" plan

# The kernel itself tells of links that come up, for a second or two after the apply. Neighbours come and go always.
kernel_rests() {
  timeout 2 ip -o monitor link address route rule nexthop >"$dir/kernel"
  [ ! -s "$dir/kernel" ] || { cat "$dir/kernel"; return 1; }
}
prove "the kernel has told all of the first apply" eventually 30 kernel_rests
ip -o monitor link address route rule nexthop >"$dir/kernel.ip" 2>&1 &
monitors=$!
tc monitor >"$dir/kernel.tc" 2>&1 &
monitors+=" $!"
nft monitor >"$dir/kernel.nft" 2>&1 &
monitors+=" $!"
sleep 0.5
sim reset-counts
prove "a second apply has nothing to do" exits 0 "${ctl[@]}" apply
prove "a second apply sends no SET" bash -c "[ \"\$('$bin/marketsim' ctl --control '$dir/sim.sock' counts | jq .sets_received)\" = 0 ]"
sleep 0.5
prove "and writes nothing to the kernel: not one announcement" bash -c "! cat '$dir'/kernel.{ip,tc,nft} | grep ."
ip link add monitored type veth peer name monitored1
tc qdisc add dev monitored root htb
nft add table inet monitored
heard() { grep -q monitored "$dir/kernel.ip" && grep -q htb "$dir/kernel.tc" && grep -q monitored "$dir/kernel.nft"; }
prove "they would have been heard" eventually 5 heard
nft delete table inet monitored
ip link delete monitored
kill $monitors
world >"$dir/applied-again"
prove "and changed nothing" cmp "$dir/applied" "$dir/applied-again"

prove "the running configuration was saved: it survives a reboot" bash -c "
  '$bin/marketsim' ctl --control '$dir/sim.sock' reboot sw-1"
prove "sw-1 is back" eventually 15 exits 0 "${ctl[@]}" plan
sim dump >"$dir/rebooted"
sed -n '/^{/q;/^\[/q;p' "$dir/applied" >"$dir/applied-devices"
prove "after the reboot every writable value is as applied" cmp "$dir/applied-devices" "$dir/rebooted"

prove "an old plan is stale (exit 3)" exits 3 "${ctl[@]}" apply "$dir/plan.json"
prove "rollback puts everything back (exit 0)" exits 0 "${ctl[@]}" rollback
prove "and says so: N of N, by reading back" grep -Eq 'restored ([1-9][0-9]*)/\1, by reading back' "$dir/out"
world >"$dir/rolled-back"
prove "exactly as before, byte for byte" diff "$dir/before" "$dir/rolled-back"
prove "and to the design again" exits 0 "${ctl[@]}" apply
world >"$dir/re-applied"
prove "exactly as designed again" diff "$dir/applied" "$dir/re-applied"

prove "the audit finds nothing changed or missing, and nothing unverified but keys, which nobody can read" eventually 30 bash -c "
  '$bin/marketctl' -o json audit | jq -e '.counts.changed == 0 and .counts.missing == 0 and .counts.same > 100 and all(.items[] | select(.verdict == \"not-verified\"); .field | endswith(\".psk\"))'"
prove "every method of every open stall is decided by readings" eventually 30 api_is 0 \
  '[.methods[].unverified] | add' status
# The last readings may be from before the market was put back together: new ones come with the next polls.
prove "card payment works where the market has it" eventually 30 bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/status | jq -e '.methods[] | select(.id == \"card\") | .available > 0 and .unavailable == 0'"
prove "a sweep has ended" eventually 60 grep -q SWEEP_DONE "$dir/marketd.log"
prove "the terminal that is net-snmp's own snmpd is watched like the others" eventually 30 api_is up \
  ".devices[] | select(.in_design and .address == \"$genuine\") | .state" devices
curl -sf http://127.0.0.1:9750/metrics >"$dir/metrics"
prove "/metrics is clean by promtool" bash -c "promtool check metrics <'$dir/metrics'"
sim set sw-1 1.3.6.1.2.1.1.6.0 s "moved by hand"
prove "a change by hand is drift (exit 2), found and named" says "system.location" "${ctl[@]}" plan
# A plan is of the devices as they were read, also of what it does not change.
"${ctl[@]}" plan --out "$dir/plan.json" >/dev/null
sim set sw-1 1.3.6.1.2.1.1.6.0 s "moved again"
prove "what moved since says planned, now and wanted (exit 3)" exits 3 "${ctl[@]}" apply "$dir/plan.json"
prove "in words" says "planned from 'moved by hand', is 'moved again' now, wanted 'A동 1층 방재실 sw-1'" "${ctl[@]}" apply "$dir/plan.json"
sim set sw-1 1.3.6.1.2.1.1.6.0 s "moved by hand"
sim set sw-1 1.3.6.1.2.1.1.5.0 s "renamed"
prove "so does something else on the device (exit 3)" exits 3 "${ctl[@]}" apply "$dir/plan.json"
prove "and is told" says "is no longer as this plan has read it" "${ctl[@]}" apply "$dir/plan.json"
prove "the exception for writing without SNMPv3 is in every audit" says "allow-v2c-write" "${ctl[@]}" audit
