# Who is there that speaks no SNMP and stands in no design: found by DHCP, ARP, ICMP and open ports,
# each with its evidence; and what a trap is good for. The strangers are real programs (a DHCP client
# and server, a TCP listener, snmptrap) in a namespace of their own, not marketsim.
. "$(dirname "$0")/market.bash"
command -v busybox dnsmasq snmptrap >/dev/null || { echo "SKIPPED: busybox, dnsmasq or snmptrap is missing"; exit 77; }

sim_state=--as-built
sim_genuine=yes
start_market --stalls 8 --aps 1 --switches 1
printf dongdaemun-auth >"$dir/secrets/v3-auth"
printf namdaemun-priv >"$dir/secrets/v3-priv"
chmod 600 "$dir/secrets/v3-auth" "$dir/secrets/v3-priv"
v3='{ id: crier, version: 3, user: crier, auth: sha256, auth-passphrase: { secret: v3-auth }, priv: aes128, priv-passphrase: { secret: v3-priv } }'
sed -i "s|^  read:  \[\(.*\)\]\$|  read:  [\1, $v3]|" "$dir/marketd.yaml"
# The payment network gives addresses, by the gateway's own dnsmasq.
payment=$(sed -n 's/.*id: payment,.*gateway: \([0-9.]*\),.*/\1/p' "$dir/market.yaml")
net=${payment%.*}
sed -i "s/\(id: payment,.*\) }/\1, dhcp: { range: $net.230-$net.240 } }/" "$dir/market.yaml"
start_daemon
exits 0 "${ctl[@]}" apply || true
prove "the gateway is as designed" eventually 20 exits 0 "${ctl[@]}" plan

# A card terminal of Verifone's that nobody designed, plugged into the payment network.
stray_mac=00:1a:15:0a:0b:0c
ip netns add stray
ip link add stray0 type veth peer name stray1 address "$stray_mac" netns stray
ip link set stray0 master br-mkt up
ip -n stray link set lo up
ip -n stray link set stray1 up
cat >"$dir/bound" <<'SCRIPT'
#!/bin/sh
[ "$1" = bound ] && ip address replace "$ip/24" dev "$interface"
exit 0
SCRIPT
chmod +x "$dir/bound"
prove "a real DHCP client gets its address" eventually 20 ip netns exec stray \
  busybox udhcpc -i stray1 -q -n -t 3 -T 1 -s "$dir/bound" -x hostname:pos-stray
stray=$(ip -n stray -j address show stray1 | jq -r '.[0].addr_info[] | select(.family == "inet").local')
ip netns exec stray busybox nc -ll -p 25000 -e true </dev/null >/dev/null 2>&1 &

# A host behind a router: it answers echoes, and nobody here ever sees its MAC (no ARP for it).
ip netns exec stray sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
ip -n stray address add "$net.250/32" dev lo
ip route add "$net.250/32" via "$stray" dev br-mkt

device() { api "$1" "devices/$2"; }
again() { curl -sf -X POST -H 'Content-Type: application/json' http://127.0.0.1:9750/api/v1/sweep >/dev/null; }
device_is() { again; local got; got=$(device "$2" "$3") || return 1; [ "$got" = "$1" ] || { echo "'$got' is not '$1'"; return 1; }; }

prove "it is found, and known for a payment terminal" eventually 40 device_is payment-terminal .class "mac:$stray_mac"
prove "by the maker of its MAC" device_is true '.identification | any(contains("Verifone"))' "mac:$stray_mac"
prove "with the name it gave the DHCP server" eventually 20 device_is pos-stray .sys_name "mac:$stray_mac"
prove "and the lease, the DHCP request, ARP and echoes as evidence" eventually 60 device_is true \
  '[.evidence[].source] | contains(["dhcp", "kernel-neighbor", "icmp"])' "mac:$stray_mac"
prove "its open port adds to it" eventually 60 device_is true '.identification | any(contains("tcp/25000"))' "mac:$stray_mac"
prove "what it is is not certain, and that is said" device_is true \
  '.identification_confidence > 0.8 and .identification_confidence < 1' "mac:$stray_mac"
prove "who only answers echoes is there, too" eventually 60 device_is '["icmp"]' '[.evidence[].source] | tojson' "echo:$net.250"
prove "a person sees it in the list" says "$stray" "${ctl[@]}" devices

terminal=$(api ".devices[] | select(.in_design and .address == \"$genuine\") | .id" devices)
in_market snmptrap -v2c -c public --clientaddr="$genuine" "$payment:162" '' 1.3.6.1.6.3.1.1.5.1
prove "a trap makes marketd ask who sent it" eventually 10 api_is true \
  "[.events[].text] | any(. == \"$terminal sent coldStart: asked again\")" events
inform() {
  in_market snmpinform -v3 -l authPriv -u crier -a SHA-256 -A dongdaemun-auth -x AES -X "$1" -t 1 -r 2 \
    --clientaddr="$genuine" "$payment:162" '' 1.3.6.1.6.3.1.1.5.2
}
prove "an SNMPv3 inform is acknowledged, encrypted as it came" inform namdaemun-priv
# It is noted once in ten seconds for each device.
noted() {
  inform namdaemun-priv
  api_is true "[.events[].text] | any(. == \"$terminal sent warmStart: asked again\")" events
}
prove "and makes marketd ask as well" eventually 20 noted
prove "one that another key hid is not" exits 1 inform another-passphrase
in_market snmptrap -v2c -c wrong --clientaddr="$genuine" "$payment:162" '' 1.3.6.1.6.3.1.1.5.3
sleep 1
prove "one in a community that is not ours does not" api_is false '[.events[].text] | any(contains("linkDown"))' events
