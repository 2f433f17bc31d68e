# An odd market: every oddity is found, placed and named; judged by what the simulator was told.
CASE_SECONDS=290
. "$(dirname "$0")/market.bash"

sim_state=--as-built
# Where anything is: a sweep of the whole zones takes seven seconds, and there are dozens here.
MARKET_SWEEP_RANGES="10.64.0.0/25, 10.64.1.96/27"
start_market --stalls 20 --aps 2 --switches 3
start_daemon
exits 0 "${ctl[@]}" apply || true
# Stalls with a terminal, and their terminals, in the design's order: "STALL SERIAL MAC".
mapfile -t shops < <(sed -n 's/.*id: \([A-Z0-9-]*\),.*serial: \([^,]*\),.*mac: \([^,]*\), address.*/\1 \2 \3/p' "$dir/market.yaml")
read -r stall_a serial_a mac_a <<<"${shops[0]}"
read -r stall_b serial_b mac_b <<<"${shops[1]}"
read -r stall_c serial_c mac_c <<<"${shops[2]}"
read -r stall_d serial_d mac_d <<<"${shops[3]}"
read -r _ serial_e _ <<<"${shops[4]}"
read -r _ serial_f _ <<<"${shops[5]}"
read -r _ serial_g mac_g <<<"${shops[6]}"
# One that speaks SNMP.
read -r stall_h serial_h < <(sed -n 's/.*id: \([A-Z0-9-]*\),.*serial: \([^,]*\),.*snmp: true.*/\1 \2/p' "$dir/market.yaml" | tail -n 1)
again() { curl -sf -X POST -H 'Content-Type: application/json' http://127.0.0.1:9750/api/v1/sweep >/dev/null; }
# finds TEXT: the findings say so, after another look where one is needed.
finds() { again; says "$1" "${ctl[@]}" findings; }
looks() { again; api_is "$@"; }
draws() { again; says "$1" "${ctl[@]}" topology; }

prove "all devices of the design answer" eventually 60 all_up
prove "the default community that the market is read with is one finding, not one for each device" eventually 60 \
  finds "the default community 'public' works at"
for device in sw-2 sw-3 ap-1 ap-2; do
  prove "the topology has the cable of $device" eventually 60 draws "- $device"
done

sim exchange "$stall_a" "$stall_b"
sim talk all
prove "a terminal on another stall's port is found and named" eventually 60 finds "$serial_a is on"
prove "its device page says where it is, on what evidence" says "$stall_b" "${ctl[@]}" device show "$serial_a" --evidence
sim exchange "$stall_a" "$stall_b"

port=$(api .port "devices/$serial_c")
sim hub "$port" "$stall_c" "$stall_d"
sim talk all
prove "an unmanaged switch between is recognised" eventually 60 draws "unmanaged behind $port"
prove "what is behind it is placed there" says "$serial_d is on $port" "${ctl[@]}" device show "$serial_d"

sim swap-terminal "$stall_b"
sim talk all
prove "a terminal that nobody designed, on a stall's port, is a finding" eventually 60 finds "$stall_b"

sim second-address sw-2 10.64.0.77
prove "a device that answers at two addresses is one record" eventually 90 looks '["10.64.0.12","10.64.0.77"]' \
  '.addresses | sort | tojson' devices/sw-2
prove "under the design's name, at its first address" api_is '10.64.0.12' .address devices/sw-2
prove "and no record is at the other one alone" api_is 0 '[.devices[] | select(.address == "10.64.0.77")] | length' devices

sim duplicate-address "$serial_e" "$serial_f"
sim talk all
prove "two devices that claim one address are a finding that names both" \
  eventually 60 finds "$serial_e and $serial_f have the address"

home=$(api .port "devices/$serial_g")
sim flap "$serial_g" "${home%/*}/23" 2
prove "a MAC that jumps between ports is a finding" eventually 90 finds "$serial_g ($mac_g) jumps between"
prove "it names the other port" says "${home%/*}/23" "${ctl[@]}" findings
sim flap "$serial_g" off

sim loop sw-3/22
prove "a port that leads back into its own switch is a finding" eventually 60 \
  finds "on port 22: what is plugged in there is a loop"
sim loop sw-3/22 off

sim swap-terminal "$stall_h"
sim pose "$serial_h" 1.3.6.1.4.1.14988.1 78 RouterOS RB750Gr3
sim talk all
prove "a router that somebody plugged in at a stall is a finding of its own" eventually 60 \
  finds "is a switch or router and not in the design"
prove "the terminal that was there is not called up for what it answers" eventually 60 \
  looks unknown .state "devices/$serial_h"
prove "nor by its model" api_is '' '.model // ""' "devices/$serial_h"
prove "and its stall takes no card for sure" eventually 60 api_is false \
  '[.methods[] | select(.method == "card") | .state == "available"] | any' "stalls/$stall_h"

sim clone-engine sw-2 sw-3
prove "a cloned engine id is a finding" eventually 60 finds "cloned"
prove "and no merge" api_is 2 '[.devices[] | select(.id == "sw-2" or .id == "sw-3")] | length' devices
