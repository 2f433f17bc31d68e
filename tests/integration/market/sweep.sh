# A sweep of a range that is on a link of this host, most of whose addresses are nobody's: a real
# kernel seeks each of them for three seconds in a table with room for 1,024, and a real snmpd
# answers for those that are there.
CASE_SECONDS=200
. "$(dirname "$0")/market.bash"

devices=100
mount -t tmpfs tmpfs /run
ip netns add sim
ip link add eth0 type veth peer name sim0 netns sim
ip address add 10.70.0.1/20 dev eth0
ip link set eth0 up
ip link set lo up
ip -n sim link set sim0 up
ip -n sim link set lo up
for i in $(seq "$devices"); do echo "address add 10.70.$((i % 8)).$((100 + i))/20 dev sim0"; done |
  ip -n sim -batch -
printf 'agentaddress udp:161\nrocommunity public\nsysDescr a device\n' >"$dir/snmpd.conf"
SNMP_PERSISTENT_DIR=$dir/snmp in_market snmpd -f -C -c "$dir/snmpd.conf" -Lf "$dir/marketsim.log" -I -smux \
  </dev/null >/dev/null 2>&1 &
prove "snmpd answers" eventually 10 "${ctl[@]}" sweep 10.70.1.101 --rounds 1
table() { ip neigh show | grep -c INCOMPLETE; }
most=0
"${ctl[@]}" sweep 10.70.0.0/21 -o json >"$dir/swept.json" &
sweep=$!
while kill -0 $sweep 2>/dev/null; do
  now=$(table)
  [ "$now" -le "$most" ] || most=$now
  sleep 0.1
done
prove "the sweep ends well" wait $sweep
found=$(jq '.devices | length' "$dir/swept.json") took=$(jq .took_ms "$dir/swept.json")
echo "        2,046 addresses: $found of $devices devices in $took ms, $most sought at most at a time"
prove "every device is found among 2,046 addresses" [ "$found" = "$devices" ]
prove "the table was made use of and not filled" [ "$most" -gt 300 -a "$most" -lt 1000 ]
