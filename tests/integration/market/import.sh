# A market that somebody else has built is taken over: what is running becomes a design, which checks,
# and from which there is nothing to do. What is changed by hand afterwards is drift.
CASE_SECONDS=280
. "$(dirname "$0")/market.bash"

stalls=12 aps=2 switches=3
sim_state=--as-built
start_market --stalls $stalls --aps $aps --switches $switches
base=1.3.6.1.2.1
# Beside market.yaml there will be layers, which are not of this design.
mkdir "$dir/taken"
taken=$dir/taken/market.yaml
take() { "${ctl[@]}" import 10.64.0.0/24 --out "$taken" --timeout 300 "$@"; }
# The way to the internet and the zones' addresses, as a technician writes them down in /etc/network.
gateway_by_hand() {
  ip link add br-mkt type bridge
  ip link set eth2 master br-mkt
  ip link set eth2 up
  sed -n '/^zones:/,/^[a-z]/p' "$dir/market.yaml" | grep -o 'prefix: *[0-9./]*\|gateway: *[0-9.]*\|interface: *[a-z0-9-]*' |
    while read -r _ prefix && read -r _ address && read -r _ link; do
      ip link set "$link" up
      ip address replace "$address/${prefix#*/}" dev "$link"
    done
  ip link set eth0 up
  ip address add 198.18.0.2/30 dev eth0
  ip route add default via 198.18.0.1
}

prove "nobody there is no design (exit 1)" exits 1 "${ctl[@]}" import 10.64.9.0/28 --timeout 100 --rounds 1
prove "without a range it says how to say one (exit 64)" exits 64 "${ctl[@]}" import
sim reset-counts
prove "without a gateway everything that was read can be said (exit 0)" exits 0 take --no-gateway
prove "nothing was written to any device" bash -c "
  [ \"\$('$bin/marketsim' ctl --control '$dir/sim.sock' counts | jq .sets_received)\" = 0 ]"
prove "it checks" exits 0 "${ctl[@]}" check "$taken"
cp "$taken" "$dir/first.yaml"
prove "and again" exits 0 take --no-gateway
prove "the same market, the same file" cmp "$dir/first.yaml" "$taken"

prove "of part of a market the rest is named (exit 2)" exits 2 "${ctl[@]}" import 10.64.0.11 --no-gateway --site dg-seomun1 --out "$taken"
prove "by who announces it" grep -q "not expressed: switch 'dg-seomun1-sw-2' (02:00:0a:00:02:00) at sw-1/5: it did not answer" "$dir/out"
prove "that part checks" exits 0 "${ctl[@]}" check "$taken"

gateway_by_hand
world >"$dir/before"
prove "with the gateway its addresses are left to a person (exit 2)" exits 2 take 10.64.1.0/24
cp "$dir/out" "$dir/said"
prove "each is named" grep -q "not expressed: the gateway's addresses in zones (mgmt 10.64.0.1, payment " "$dir/said"
prove "in the file too" grep -q "^#   the gateway's addresses in zones (mgmt 10.64.0.1, payment " "$taken"
prove "it checks" exits 0 "${ctl[@]}" check "$taken"
prove "the site is read off the names" grep -q 'id: dg-seomun1' "$taken"
prove "the stalls are read off the ports" grep -q 'id: A-101' "$taken"
prove "the uplink is the default route's" grep -q 'via: 198.18.0.1' "$taken"
prove "cables are known from the gateway on" grep -q 'peer: gw1/eth1' "$taken"
prove "the zones' links are known" grep -q 'id: payment, .*interface: br-mkt' "$taken"
prove "of terminals that are swept, too, serials are known" grep -q 'serial: "T-00002".*snmp: true' "$taken"
prove "and their zone is a cardholder's" grep -q 'id: payment, .*trust: cardholder' "$taken"
market_settings "$dir" "$taken"
start_daemon
prove "swept" eventually 20 swept
prove "a plan from it has nothing to do (exit 0)" exits 0 "${ctl[@]}" plan
prove "every device is in it" api_is $((switches + aps)) \
  '[.devices[] | select(.in_design and (.class == "switch" or .class == "access-point"))] | length' devices
world >"$dir/after"
prove "the world is as it was" cmp "$dir/before" "$dir/after"
sim set sw-1 $base.1.6.0 s "moved by hand"
prove "a change by hand is drift (exit 2)" exits 2 "${ctl[@]}" plan
prove "found and named" says system.location "${ctl[@]}" plan
prove "nothing is written by SNMPv2c until somebody says why" exits 1 "${ctl[@]}" apply
echo 'allow-v2c-write: "simulated devices"' >>"$taken"
prove "somebody does" exits 0 "${ctl[@]}" reload
prove "put right" exits 0 "${ctl[@]}" apply
prove "and as it was taken over" exits 0 "${ctl[@]}" plan

# What people did who had no design: names of their own, a port between two VLANs.
sim set sw-1 $base.1.5.0 s "Core switch 1"
sim set sw-1 $base.17.7.1.4.3.1.1.20 s "VLAN 20"
sim set sw-2 $base.17.7.1.4.5.1.3.21 i 2
sim set sw-2 $base.17.7.1.4.5.1.1.22 u 20
prove "the old design sees drift" exits 2 "${ctl[@]}" plan
prove "taken over again (exit 2)" exits 2 take --site dg-seomun1
prove "what a design cannot say is named" grep -q 'not expressed: sw-2/22: ' "$dir/out"
prove "it checks" exits 0 "${ctl[@]}" check "$taken"
prove "it is taken" exits 0 "${ctl[@]}" reload
prove "and there is nothing to do" exits 0 "${ctl[@]}" plan
sim set sw-2 $base.17.7.1.4.5.1.1.22 u 30
prove "a port that is not in the design is nobody's drift" exits 0 "${ctl[@]}" plan

# another_market WORD...: the simulator again, of market.yaml and its layers.
another_market() {
  kill $(pgrep -x marketsim)  # there is one in this PID namespace
  prove "the last simulator has ended" eventually 10 bash -c '! pgrep -x marketsim'
  in_market "$bin/marketsim" run "$dir/market.yaml" "$@" --tcp $(market_wires "$dir/market.yaml" 2>/dev/null) \
    --control "$dir/sim.sock" </dev/null >>"$dir/marketsim.log" 2>&1 &
  prove "another market is there" eventually 10 sim status
}
# nothing_to_do: what was taken is a design, and a plan from it is empty.
nothing_to_do() {
  prove "it checks" exits 0 "${ctl[@]}" check "$taken"
  prove "it is taken" exits 0 "${ctl[@]}" reload
  prove "there is nothing to do" eventually 10 exits 0 "${ctl[@]}" plan
}

another_market --factory-fresh
prove "a market out of the box can be said as well" exits 0 take --no-gateway
prove "that its ports are all in VLAN 1 is waived for a while, not hidden" grep -q 'id: D108' "$taken"
nothing_to_do

# Markets by dice.
for seed in $(seq "${SEED:-1}" $((${SEED:-1} + 3))); do
  rm -rf "$dir/local.d" && mkdir "$dir/local.d"
  python3 "$here/../design/random_layer.py" "$seed" $switches $aps $stalls |
    awk -v dir="$dir/local.d" '/^---layer/ { ++n; next } { print > (dir "/" n + 10 ".yaml") }'
  another_market --as-built
  prove "seed $seed: all of it can be said" exits 0 take --no-gateway
  vid=$(sed -n 's/.*staff: { vid: \([0-9]*\) }.*/\1/p' "$dir"/local.d/*.yaml)
  prove "seed $seed: VLAN $vid is the staff's" grep -q "id: staff, vid: $vid," "$taken"
  nothing_to_do
done
