# Addresses and names: a real DHCP client gets a lease, and a service that is known by name opens
# to the address that its name has - to a terminal that asks another DNS server, too. Judged by
# busybox' udhcpc and nslookup, by packets and by the process table.
. "$(dirname "$0")/hosts.bash"
command -v nft dnsmasq busybox python3 >/dev/null || { echo "SKIPPED: nft, dnsmasq, busybox or python3 is missing"; exit 77; }

host payment eth2 10.64.4.50/23 10.64.4.1
host staff eth3 10.64.9.254/23 10.64.8.1
host wan eth0 198.18.0.1/30 198.18.0.2 443
for address in 203.0.113.10 203.0.113.20 203.0.113.21 192.0.2.53; do
  ip -n wan address add "$address/32" dev lo
done
# The programme's DNS server, which knows where the QR service is.
cat >"$dir/upstream.conf" <<CONF
pid-file=$dir/upstream.pid
listen-address=192.0.2.53
bind-interfaces
no-resolv
no-hosts
user=root
group=root
address=/pay.example.kr/203.0.113.20
CONF
prove "the DNS of the programme is there" in_host wan dnsmasq -C "$dir/upstream.conf"

cat >"$dir/market.yaml" <<'YAML'
schema: 1
kind: market-design
site: { id: names-1, name: 이름 시장 }
addressing: { supernet: 10.64.0.0/19 }
zones:
  - { id: payment, vid: 20, prefix: 10.64.4.0/23, gateway: 10.64.4.1, interface: eth2, trust: cardholder }
  - { id: staff,   vid: 30, prefix: 10.64.8.0/23, gateway: 10.64.8.1, interface: eth3, trust: internal,
      dhcp: { range: 10.64.8.50-10.64.8.99 } }
services:
  - { id: van-a,   type: van, to: [203.0.113.10],   port: tcp/443, probe: tcp, from: [payment] }
  - { id: zeropay, type: qr,  to: [pay.example.kr], port: tcp/443, probe: tcp, from: [payment] }
  - { id: dns,     type: dns, to: [192.0.2.53],     port: udp/53,  probe: query, from: [payment] }
policy:
  - { id: pay-out,   from: payment, to: { services: [van-a, zeropay, dns] } }
  - { id: staff-out, from: staff,   to: internet }
gateway:
  id: gw1
  uplink: { interface: eth0, addresses: [198.18.0.2/30], routes: [{ to: default, via: 198.18.0.1 }] }
YAML
opens() { [ "$(in_host payment python3 "$hosts_py" ask "$@" | tr '\n' ' ')" = "$* " ]; }
closed() { [ -z "$(in_host payment python3 "$hosts_py" ask "$@")" ]; }
asks() { in_host "$1" busybox nslookup pay.example.kr "$2"; }
served() { pgrep -f "dnsmasq -C $dir/state/dnsmasq.conf"; }

MARKET_SWEEP_RANGES= market_settings "$dir" "$dir/market.yaml"
start_daemon
# Somebody else has the door: the change is put back, in dnsmasq's own words.
ip address add 10.64.8.1/23 dev eth3
ip link set eth3 up
python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("10.64.8.1", 53)); time.sleep(600)' &
squatter=$!
sleep 0.5
prove "with port 53 taken nothing is changed" exits 4 "${ctl[@]}" apply
prove "and that is said in dnsmasq's words" grep -q "Address already in use" "$dir/out"
prove "no table is left of it" bash -c '! nft list table inet marketd'
kill "$squatter"
wait "$squatter" 2>/dev/null

prove "the market is built" exits 0 "${ctl[@]}" apply
prove "its server of names runs" served
prove "a card can be paid" opens 203.0.113.10:443
prove "the address of a name is closed before anybody asked for it" closed 203.0.113.20:443
prove "a terminal asks the gateway" says 203.0.113.20 asks payment 10.64.4.1
prove "and the service is open" opens 203.0.113.20:443
prove "its neighbour is not" closed 203.0.113.21:443
nft flush set inet marketd svc-zeropay-names
prove "closed again" closed 203.0.113.20:443
prove "a terminal that asks another server is answered" says 203.0.113.20 asks payment 203.0.113.99
prove "and the service is open for it, too" opens 203.0.113.20:443
prove "what fills itself is no drift: a plan has nothing to do" exits 0 "${ctl[@]}" plan

ip -n staff address flush dev eth0
cat >"$dir/udhcpc.sh" <<'SH'
#!/bin/sh
[ "$1" = bound ] && echo "lease $ip/$mask router $router dns $dns"
exit 0
SH
chmod +x "$dir/udhcpc.sh"
prove "a client gets a lease of the zone" says "router 10.64.8.1 dns 10.64.8.1" \
  in_host staff busybox udhcpc -i eth0 -f -q -n -t 5 -T 1 -s "$dir/udhcpc.sh"
prove "within the range" grep -Eq 'lease 10\.64\.8\.[5-9][0-9]/23' "$dir/out"

kill -9 "$(served)"
prove "a server that has died is found by the audit" bash -c '
  "$0" audit -o json | jq -e "[.items[] | select(.verdict == \"missing\" and (.field | startswith(\"dnsmasq[\")))] | length == 4"' "${ctl[0]}"
prove "apply starts it again" exits 0 "${ctl[@]}" apply
prove "it runs" served
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
prove "it goes on when marketd is killed" served
start_daemon
sed -i 's/server=192.0.2.53/server=192.0.2.66/' "$dir/state/dnsmasq.conf"
prove "what a hand has changed in its file is found" exits 2 "${ctl[@]}" plan
prove "and undone" exits 0 "${ctl[@]}" apply
prove "names are answered" says 203.0.113.20 asks payment 10.64.4.1
prove "all of it is undone" bash -c 'for i in 1 2 3; do "$0" rollback >/dev/null; done; ! nft list table inet marketd' "${ctl[0]}"
prove "its server has ended" bash -c '! pgrep -f "$1/state/dnsmasq.conf"' - "$dir"
