# Every simulated device has its own MAC on the gateway's links; judged by the gateway's kernel
# (ip neigh, ping), by net-snmp's programs and by a packet socket, not by marketd.
. "$(dirname "$0")/market.bash"
command -v snmpget ping >/dev/null || { echo "SKIPPED: snmpget or ping is missing"; exit 77; }

sim_state=--as-built
sim_genuine=yes
start_market --stalls 20 --aps 2 --switches 2
# The gateway as the design wants it, by hand: no marketd here.
for pair in $(gateway_links "$dir/market.yaml"); do
  [ "${pair#*:}" = sim1 ] && continue
  ip link set "eth${pair#*:sim}" up
  ip address add "${pair%:*}/24" dev "eth${pair#*:sim}"
done

# terminal FLAG: "STALL SERIAL MAC ADDRESS" of the first terminal that has FLAG in the design.
terminal() {
  grep -m1 "serial: .*$1" "$dir/market.yaml" |
    sed 's/.*id: \([A-Z0-9-]*\),.*serial: \([^,]*\),.*mac: \([^,]*\), address: \([^,]*\),.*/\1 \2 \3 \4/'
}
get() { snmpget -v"${3:-2c}" -c "${2:-public}" -t 1 -r 1 -Oqvn "$1" "${4:-1.3.6.1.2.1.1.5.0}"; }
# mac_is ADDRESS MAC: what the kernel's neighbour table has.
mac_is() {
  [ "$(ip -j neigh show "$1" | jq -r '.[0].lladdr')" = "$2" ] || { ip neigh show "$1"; return 1; }
}
forget() { ip neigh flush all; }
# found MAC: asks for an address afresh; the MAC that answers first must be this one.
found() { forget; ping -c 1 -W 1 "$1" >/dev/null || return 1; mac_is "$1" "$2"; }
silent() { forget; ! ping -c 1 -W 1 "$1"; }

read -r stall_s serial_s mac_s address_s < <(terminal 'snmp: true')
read -r stall_q serial_q mac_q address_q < <(terminal 'tcp-port:')
switch_mac=$(grep -m1 -A3 'id: sw-1$' "$dir/market.yaml" | sed -n 's/.*mac: \([0-9a-f:]*\).*/\1/p')

prove "a switch answers ARP with its own MAC" found 10.64.0.11 "$switch_mac"
prove "that is the MAC its BRIDGE-MIB has" bash -c "
  [ \"\$(snmpget -v2c -c public -Oqvn -Ih 10.64.0.11 1.3.6.1.2.1.17.1.1.0 | tr -d '\" ' | tr A-F a-f)\" = '$(tr -d : <<<"$switch_mac")' ]"
prove "a terminal that speaks SNMP has its designed MAC" found "$address_s" "$mac_s"
prove "and answers SNMP there" get "$address_s"
prove "it is net-snmp's own snmpd that answers there" says "Linux POS, net-snmp" get "$genuine" public 2c 1.3.6.1.2.1.1.1.0
prove "with tables the simulator does not have" says "MIB" get "$genuine" public 2c 1.3.6.1.2.1.1.9.1.3.1
prove "a terminal that speaks no SNMP has its designed MAC" found "$address_q" "$mac_q"
prove "its TCP port is open" timeout 3 bash -c "exec 3<>/dev/tcp/$address_q/5555"
prove "another one is closed, not filtered" says refused timeout 3 bash -c "exec 3<>/dev/tcp/$address_q/5556"
prove "it answers no SNMP" exits 1 get "$address_q"
prove "nobody answers ARP for an address without a device" silent "${address_q%.*}.250"

sim unplug "$serial_q"
prove "an unplugged terminal answers neither ARP nor ping" silent "$address_q"
ip neigh replace "$address_q" lladdr "$mac_q" dev eth2 nud permanent
prove "nor TCP, to somebody who still knows its MAC" exits 124 timeout 1 bash -c "exec 3<>/dev/tcp/$address_q/5555"
ip neigh delete "$address_q" dev eth2
sim power-off sw-1
prove "behind a switch without power nobody answers" silent "$address_s"
sim power-on sw-1
prove "with power again they do" eventually 10 found "$address_s" "$mac_s"
sim plug "$serial_q"

prove "the terminal is known" found "$address_q" "$mac_q"
sim swap-terminal "$stall_q"
prove "a swap announces the new MAC by itself" eventually 10 bash -c "
  [ \"\$(ip -j neigh show $address_q | jq -r '.[0].lladdr')\" = '06:01:${mac_q#*:*:}' ]"
