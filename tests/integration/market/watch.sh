# One cause, not two hundred alarms: power off, unplug, exchange, move; see cause, stalls, places and metrics.
CASE_SECONDS=200
. "$(dirname "$0")/market.bash"

sim_state=--as-built
start_market --stalls 20 --aps 2 --switches 3
sed -i '/^hours:/d' "$dir/market.yaml" # open now, whatever time it is here
start_daemon
exits 0 "${ctl[@]}" apply || true
prove "all devices of the design answer" eventually 40 all_up '.class != "payment-terminal"'
prove "no stall is unverified" eventually 40 api_is 0 '[.methods[].unverified] | add' status
prove "no incident" eventually 20 api_is 0 '.incidents | length' incidents

sim power-off sw-2
prove "sw-2 is down" eventually 40 api_is down '.state' devices/sw-2
prove "one incident, and sw-2 is its cause" eventually 40 api_is 'sw-2' '[.incidents[].cause] | join(" ")' incidents
prove "what hangs behind it is unreachable, not down" eventually 20 api_is 'sw-2' \
  '[.devices[] | select(.state == "down") | .id] | join(" ")' devices
prove "stalls behind it cannot take cards" eventually 20 bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/incidents | jq -e '.incidents[0].stalls | length > 0'"
prove "stalls elsewhere still can" bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/status | jq -e '.methods[] | select(.id == \"card\") | .available > 0'"
prove "/metrics names the cause" bash -c "curl -sf http://127.0.0.1:9750/metrics | grep -q 'market_incident_stalls{.*cause=\"sw-2\"'"
stall=$(api '.incidents[0].stalls[0]' incidents)
prove "why names the switch" says sw-2 "${ctl[@]}" why "$stall" card

sim power-on sw-2
prove "all is well again, by fresh readings" eventually 40 api_is 0 '.incidents | length' incidents
prove "the outage is on record with its end" eventually 10 bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/outages | jq -e '[.outages[] | select(.device == \"sw-2\" and .ended_ms > 0)] | length == 1'"

ap=$(api '[.devices[] | select(.class == "access-point")][0].id' devices)
metric() { curl -sf http://127.0.0.1:9750/metrics | grep -F -- "$1" >/dev/null; }
# up_metric VALUE: /metrics says so of the access point.
up_metric() { curl -sf http://127.0.0.1:9750/metrics | grep -E "^market_device_up\{.*\"$ap\".*\} $1\$" >/dev/null; }
prove "/metrics calls the access point up" eventually 20 up_metric 1
sim unplug "$ap"
prove "an access point whose cable is pulled is the cause" eventually 40 api_is "$ap" '[.incidents[].cause] | join(" ")' incidents
prove "it is down, and nothing else is" api_is "$ap" '[.devices[] | select(.state == "down") | .id] | join(" ")' devices
prove "/metrics calls it down" eventually 10 up_metric 0
prove "/metrics has its incident" eventually 10 metric "market_incident_stalls{cause=\"$ap\"}"
sim plug "$ap"
prove "plugged in again it is up" eventually 40 api_is up .state "devices/$ap"
prove "and no incident is left" eventually 20 api_is 0 '.incidents | length' incidents
prove "/metrics calls it up again" eventually 10 up_metric 1

# Two stalls with a terminal each, and the terminals.
read -r stall_a serial_a stall_b serial_b < <(sed -n 's/.*id: \([A-Z0-9-]*\),.*serial: \([^,]*\),.*/\1 \2/p' "$dir/market.yaml" |
  head -n 2 | tr '\n' ' ')
# wrong_port: the terminals that are told to be on another stall's port.
wrong_port() { api_is "$1" '[.findings[] | select(.kind == "wrong-port") | .devices[]] | sort | join(" ")' findings; }
prove "every terminal is where it belongs" wrong_port ""
sim exchange "$stall_a" "$stall_b"
sim talk all >/dev/null
prove "terminals on each other's port are found by name" eventually 40 wrong_port "$serial_a $serial_b"
prove "the finding names the stall that it is at" says "$serial_a is on" "${ctl[@]}" findings
prove "no device is down, and only the two stalls are told, each by its terminal" eventually 20 \
  api_is "$serial_a $serial_b" '[.incidents[].cause] | sort | join(" ")' incidents
prove "with the place where it is" says "$serial_a: " "${ctl[@]}" incidents
sim exchange "$stall_a" "$stall_b"
sim talk all >/dev/null
prove "moved back, the finding is gone" eventually 40 wrong_port ""
prove "and so are the incidents" eventually 20 api_is 0 '.incidents | length' incidents

sim service van-a down
prove "a VAN that is gone is one incident with every card stall" eventually 40 api_is van-a \
  '[.incidents[].cause] | join(" ")' incidents
sim service van-a up
prove "and it comes back" eventually 40 api_is 0 '.incidents | length' incidents

sim move-address "$ap" 10.64.0.240
prove "an AP that moved to another address is found there by its identity" eventually 40 bash -c "
  curl -sf -X POST -H 'Content-Type: application/json' http://127.0.0.1:9750/api/v1/sweep >/dev/null; sleep 1
  [ \"\$(curl -sf http://127.0.0.1:9750/api/v1/devices/$ap | jq -r '.address + \" \" + .state')\" = '10.64.0.240 up' ]"
