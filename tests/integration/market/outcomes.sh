# What goes wrong between two commands, or stands in the way of one: each has one outcome, told in words, and
# nothing is half done.
CASE_SECONDS=240
. "$(dirname "$0")/market.bash"

MARKET_SWEEP_RANGES=10.64.0.0/26
start_market --stalls 6 --aps 1 --switches 2
# A port whose name is no number: the simulated switches then number their ports in the design's order.
sed -i 's|^\( *\)"10-24": { role: unused }|&\n\1"x1": { role: unused }|' "$dir/market.yaml"
# new_market DESIGN: the devices of this one are in the place of the others, fresh from the factory.
new_market() {
  sim quit
  wait "$simulator"
  start_simulator "$1"
}
new_market "$dir/market.yaml"
start_daemon
prove "swept" eventually 20 swept
prove "every device is up" eventually 20 all_up '.class == "switch" or .class == "access-point"'
untouched() { world >"$dir/now"; diff "$dir/before" "$dir/now"; }
is_state() { api_is "$1" '.runs[0].state' history; }
runs_are() { api_is "$1" '.runs | length' history; }
stop_daemon() { kill "$daemon"; wait "$daemon"; }

# The design moves on after the plan.
world >"$dir/before"
cp "$dir/market.yaml" "$dir/good.yaml"
prove "a plan is kept" exits 2 "${ctl[@]}" plan --out "$dir/plan.json"
sed -i 's/name: 대구상회/name: 대구상회2호/' "$dir/market.yaml"
prove "another design is taken" exits 0 "${ctl[@]}" reload
prove "a plan of the old design is stale (exit 3), and says to plan again" says "plan again" exits 3 "${ctl[@]}" apply "$dir/plan.json"
prove "nothing was written" untouched
prove "and it is no run" runs_are 0
cp "$dir/good.yaml" "$dir/market.yaml"
prove "the old design is taken back" exits 0 "${ctl[@]}" reload

# A switch is replaced after the plan.
sed '/id: sw-2/,/address:/{s/serial: .*/serial: SW-0099/;s/mac: .*/mac: 02:00:0a:00:99:00/}' "$dir/good.yaml" >"$dir/replaced.yaml"
new_market "$dir/replaced.yaml"
prove "another switch stands there" says SW-0099 sim show sw-2
sim reset-counts
prove "the plan for its predecessor is stale (exit 3), and names it" \
  says "sw-2 is another device" exits 3 "${ctl[@]}" apply "$dir/plan.json"
prove "with what is there and what was" grep -q "serial SW-0099 .* not .* serial SW-0002" "$dir/out"
prove "not one SET was sent" bash -c "[ \"\$('$bin/marketsim' ctl --control '$dir/sim.sock' counts | jq .sets_received)\" = 0 ]"
prove "nothing was written" untouched
prove "and it is no run" runs_are 0

# A switch comes back with other numbers for its ports: they go by their names.
sed '/"x1":/d; s|^\( *\)"1": { role: to-mgmt|\1"x1": { role: unused }\n&|' "$dir/good.yaml" >"$dir/renumbered.yaml"
number_of() { # number_of PORT: ifIndex at sw-1, by net-snmp
  snmpwalk -v2c -c public -Oqn 10.64.0.11 1.3.6.1.2.1.31.1.1.1.1 | sed -n "s/.*\.\([0-9]*\) \"\?$1\"\?\$/\1/p"
}
label_of() { snmpget -v2c -c public -Oqva 10.64.0.11 "1.3.6.1.2.1.31.1.1.1.18.$(number_of "$1")"; }
new_market "$dir/good.yaml"
number=$(number_of 7)
new_market "$dir/renumbered.yaml"
prove "port 7 has another number than when the plan was made" [ "$(number_of 7)" = $((number + 1)) ]
world >"$dir/before"
prove "the plan is applied to the ports that it names (exit 0)" exits 0 "${ctl[@]}" apply "$dir/plan.json"
prove "port 7 has the label of its stall" says "A-101 " label_of 7
prove "a reading finds all as designed" exits 0 "${ctl[@]}" plan
prove "rollback finds the ports, too" exits 0 "${ctl[@]}" rollback
prove "all is as before" untouched
new_market "$dir/good.yaml"

# Two at once.
sim delay 50 ms
"${ctl[@]}" apply >"$dir/first" 2>&1 &
first=$!
prove "an apply is under way" eventually 20 api_is true '.activity | startswith("apply ")' status
prove "a second one is told that somebody is at work (exit 1)" says "is under way" exits 1 "${ctl[@]}" apply
prove "so is a rollback" says "is under way" exits 1 "${ctl[@]}" rollback
prove "by HTTP it is a conflict" says "409" \
  curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Content-Type: application/json' -d '{}' http://127.0.0.1:9750/api/v1/apply
sim delay 0 ms
wait "$first"
prove "the first goes through (exit 0)" [ $? = 0 ]
prove "history knows of that one only" runs_are 2
prove "rollback" exits 0 "${ctl[@]}" rollback

# What is not ours: a VLAN of somebody else, and his route.
vlan=1.3.6.1.2.1.17.7.1.4.3.1
prove "somebody has a VLAN at sw-1" snmpset -v2c -c private 10.64.0.11 $vlan.5.777 i 4 $vlan.1.777 s foreign
ip link set eth0 up
ip address add 198.18.0.2/30 dev eth0
ip route add 172.16.0.0/16 via 198.18.0.1 proto static
theirs() { sim dump sw-1 | grep '\.777 '; ip route show proto static; }
theirs >"$dir/theirs"
as_they_were() { theirs >"$dir/now"; diff "$dir/theirs" "$dir/now"; }
prove "there are a row and a route of theirs" [ "$(wc -l <"$dir/theirs")" = 6 ]
world >"$dir/before"
prove "apply does not mind them" exits 0 "${ctl[@]}" apply
prove "and leaves them alone" as_they_were
prove "they are no change" exits 0 "${ctl[@]}" plan
prove "the audit names the VLAN as extra" says "vlan[777]" "${ctl[@]}" audit
prove "rollback does not mind them" exits 0 "${ctl[@]}" rollback
prove "and leaves all as before" untouched

# Into his VLAN somebody has put a stall's port and a trunk: the design gives the stall one VLAN and no other.
members() { snmpget -v2c -c public -Oqvx 10.64.0.11 $vlan.2.777 | tr -d '" '; }
none=$(members)
prove "a stall and a trunk are in his VLAN" snmpset -v2c -c private 10.64.0.11 $vlan.2.777 x "0A${none:2}"
world >"$dir/before"
prove "the plan says so" says "VLAN 777 is not in the design" "${ctl[@]}" plan --all
prove "apply" exits 0 "${ctl[@]}" apply
prove "the stall's port is out of it, the trunk is not ours to judge" [ "$(members)" = "08${none:2}" ]
prove "rollback" exits 0 "${ctl[@]}" rollback
prove "brings it back as it was" untouched

# His default route is where the design wants its own: the same way is good enough, another one is not taken from him.
ip route add default via 198.18.0.1 proto static
world >"$dir/before"
prove "a route that leads where the design wants is good enough" exits 0 "${ctl[@]}" apply
prove "and stays his" says "proto static" ip route show default
prove "rollback does not take it away" exits 0 "${ctl[@]}" rollback
prove "all is as before" untouched
ip route delete default
ip route add default via 10.64.0.254 dev eth1 proto static
world >"$dir/before"
prove "one that leads elsewhere is told, and not touched" says "route[default]: the route to default is somebody else's: 'via 10.64.0.254 dev eth1'" "${ctl[@]}" plan
prove "the rest is brought (exit 0)" exits 0 "${ctl[@]}" apply
prove "and the route is still his" says "default via 10.64.0.254 dev eth1 proto static" ip route show default
prove "what is missing stays open (exit 2)" exits 2 "${ctl[@]}" plan
prove "rollback" exits 0 "${ctl[@]}" rollback
prove "leaves all as before" untouched
ip route delete default
ip route delete 172.16.0.0/16
ip address flush dev eth0
ip link set eth0 down
snmpset -v2c -c private 10.64.0.11 $vlan.5.777 i 6 >/dev/null
stop_daemon

# start_without PROGRAM: a daemon on a gateway where nobody has installed it.
start_without() {
  unshare --mount bash -c 'mount --bind /dev/null "$(readlink -f "$(command -v "$0")")" && exec "$@"' \
    "$1" "$bin/marketd" --config "$dir/marketd.yaml" </dev/null >>"$dir/marketd.log" 2>&1 &
  daemon=$!
  prove "marketd is up without $1" eventually 20 curl -sf http://127.0.0.1:9750/healthz
  prove "swept" eventually 20 swept
}
world >"$dir/before"
start_without nft
prove "a plan has changes, and what is not possible" exits 2 "${ctl[@]}" plan
prove "why" grep -q "미확인 gw1 chain\[forward\]: 'nft' is not installed: apt-get install nftables" "$dir/out"
prove "and no packet is forwarded without a filter" grep -q "미확인 gw1 link\[eth0\].forwarding: without a packet filter" "$dir/out"
prove "the rest is applied (exit 0)" exits 0 "${ctl[@]}" apply
prove "to the gateway, too" bash -c "ip -j address show br-mkt | jq -e '.[0].addr_info[] | select(.local == \"10.64.1.1\")'"
prove "nothing forwards" bash -c "! grep -q 1 /proc/sys/net/ipv4/conf/eth[0-4]/forwarding /proc/sys/net/ipv4/conf/br-mkt/forwarding"
prove "no table is there" bash -c '! nft list table inet marketd 2>/dev/null'
prove "a plan is not empty as long as that is so (exit 2)" says " 0 changes in 0 steps, " exits 2 "${ctl[@]}" plan
prove "rollback works without it" exits 0 "${ctl[@]}" rollback
prove "all is as before" untouched
stop_daemon

command -v dnsmasq >/dev/null || { echo "SKIPPED: dnsmasq is missing"; exit 77; }
start_without dnsmasq
prove "a plan has changes, and what is not possible" exits 2 "${ctl[@]}" plan
prove "why" grep -q "미확인 gw1 dnsmasq\[zone staff\]: 'dnsmasq' is not installed: apt-get install dnsmasq-base" "$dir/out"
prove "the rest is applied (exit 0)" exits 0 "${ctl[@]}" apply
prove "with the packet filter" nft list table inet marketd
prove "no server of names runs" bash -c '! pgrep -f "dnsmasq -C $0/state"' "$dir"
prove "a plan is not empty as long as that is so (exit 2)" says "3 not possible now" exits 2 "${ctl[@]}" plan
prove "rollback works without it" exits 0 "${ctl[@]}" rollback
prove "all is as before" untouched
stop_daemon

# A dnsmasq that does not take its configuration: an older one, or built without a feature.
mkdir "$dir/real" "$dir/older"
cp "$(readlink -f "$(command -v dnsmasq)")" "$dir/real/dnsmasq"
cat >"$dir/older/dnsmasq" <<SH
#!/bin/sh
case " \$* " in *" --test "*) echo "dnsmasq: bad option at line 7 of the file" >&2; exit 1 ;; esac
exec "$dir/real/dnsmasq" "\$@"
SH
chmod +x "$dir/older/dnsmasq"
PATH=$dir/older:$PATH start_daemon
prove "swept" eventually 20 swept
prove "apply is rolled back (exit 4), and says what dnsmasq says" says "bad option at line 7" exits 4 "${ctl[@]}" apply
prove "no server of names runs" bash -c '! pgrep -f "dnsmasq -C $0/state"' "$dir"
prove "all is as before" untouched
stop_daemon
start_daemon
prove "swept" eventually 20 swept
prove "with one that takes it, the same is applied (exit 0)" exits 0 "${ctl[@]}" apply
prove "and a server of names runs" pgrep -f "dnsmasq -C $dir/state"
prove "rollback" exits 0 "${ctl[@]}" rollback
prove "all is as before" untouched
stop_daemon

# Somebody sets the gateway's clock while a change waits to be confirmed.
faketime=$(find /usr/lib* -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$faketime" ] || { echo "LEFT OUT: without libfaketime nobody sets the clock"; exit 0; }
echo +0 >"$dir/clock"
LD_PRELOAD=$faketime ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 FAKETIME_TIMESTAMP_FILE=$dir/clock FAKETIME_NO_CACHE=1 \
  FAKETIME_DONT_FAKE_MONOTONIC=1 "$bin/marketd" --config "$dir/marketd.yaml" </dev/null >>"$dir/marketd.log" 2>&1 &
daemon=$!
prove "marketd is up" eventually 20 curl -sf http://127.0.0.1:9750/healthz
prove "swept" eventually 20 swept
# clock_reads SECONDS: so many later than here, give or take ten.
clock_reads() { api_is true "(.at_ms / 1000 - $(date +%s) - $1) | . > -10 and . < 10" status; }
for offset in +3600 -3600; do
  since=$SECONDS
  prove "a change waits for 10 seconds" exits 0 "${ctl[@]}" apply --confirm-within 10
  echo $offset >"$dir/clock"
  prove "meanwhile its clock is set to $offset seconds" eventually 5 clock_reads $((offset))
  prove "the deadline is told by the clock as it is set now" eventually 5 api_is true \
    '(.confirm_by_ms - .at_ms) / 1000 | . > -2 and . < 12' status
  prove "the change is still in place" is_state awaiting-confirm
  prove "at its deadline it is put back" eventually 30 is_state rolled-back
  prove "not before" [ $((SECONDS - since)) -ge 10 ]
  prove "all is as before" untouched
done
prove "each time since nobody confirmed it" says "nobody confirmed it in time" "${ctl[@]}" history
