# The end-to-end ground: a simulated market and the real marketd, in namespaces of their own.
# Sourced by every case. A case is run as `bash case.sh BIN_DIR` and says what it proves with
# `prove "sentence" COMMAND...`; the first thing that is not so ends it with status 1. 77 = skipped.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
bin=$(cd "$1" && pwd)

if [ "${MARKET_INSIDE:-}" != 1 ]; then
  user=()
  [ "$(id -u)" = 0 ] || user=(--user --map-root-user)
  unshare "${user[@]}" --net --mount --pid --fork true 2>/dev/null || {
    echo "SKIPPED: this machine lets nobody make user, network and pid namespaces"
    exit 77
  }
  command -v ip tc nft snmpd jq curl >/dev/null || { echo "SKIPPED: ip, tc, nft, snmpd, jq or curl is missing"; exit 77; }
  MARKET_INSIDE=1 exec timeout -k 5 "${CASE_SECONDS:-150}" \
    unshare "${user[@]}" --net --mount --pid --fork --kill-child --mount-proc bash "$0" "$bin"
fi

. "$top/packaging/simulated-market.bash"
export MIBS= ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$dir"' EXIT
ctl=("$bin/marketctl")
sim() { "$bin/marketsim" ctl --control "$dir/sim.sock" "$@"; }

failed() {
  echo "NOT SO: $*" >&2
  for log in marketd marketsim; do
    echo "--- $log.log" >&2
    tail -n 25 "$dir/$log.log" >&2
  done
  exit 1
}
# prove "sentence" COMMAND...: the command succeeds.
prove() {
  local sentence=$1 output
  shift
  output=$("$@" 2>&1) || failed "$sentence"$'\n'"    $*"$'\n'"$output"
  echo "proven: $sentence"
}
# exits CODE COMMAND...: the command ends with exactly this status.
exits() {
  local wanted=$1 code=0
  shift
  "$@" >"$dir/out" 2>&1 || code=$?
  [ "$code" = "$wanted" ] || { echo "exit status $code, not $wanted"; cat "$dir/out"; return 1; }
}
# says TEXT COMMAND...: the command's output holds TEXT, whatever its status.
says() {
  local text=$1
  shift
  "$@" >"$dir/out" 2>&1
  grep -qF -- "$text" "$dir/out" || { echo "'$text' is not in:"; cat "$dir/out"; return 1; }
}
# eventually SECONDS COMMAND...: the command succeeds within so many seconds; times MARKET_PATIENCE where the whole
# machine is slow.
eventually() {
  local until=$((SECONDS + $1 * ${MARKET_PATIENCE:-1}))
  shift
  until "$@" >"$dir/out" 2>&1; do
    [ $SECONDS -lt $until ] || { cat "$dir/out"; return 1; }
    sleep 0.2
  done
}
# api JQ_FILTER PATH: a value out of the API.
api() { curl -sf "http://127.0.0.1:9750/api/v1/$2" | jq -r "$1"; }
# api_is VALUE JQ_FILTER PATH
api_is() {
  local got
  got=$(api "$2" "$3") || return 1
  [ "$got" = "$1" ] || { echo "'$got' is not '$1'"; return 1; }
}

# The state of the world by oracles that are not marketd: the simulator's dump, iproute2, nft.
world() {
  sim dump
  ip -j link show | jq -S 'map({ifname, master, link_type, up: (.flags | index("UP") != null)})'
  ip -j address show | jq -S 'map({ifname, a: [.addr_info[] | select(.family == "inet") | {local, prefixlen}]})'
  ip -4 -j route show table all | jq -S 'map(select(.table != "local") | {dst, gateway, dev, protocol, table}) | sort'
  ip -4 -j rule show | jq -S .
  nft -j list ruleset | jq -S 'del(.. | .handle?, .packets?, .bytes?, .elem?) | del(.nftables[0])'
  tc -j qdisc show | jq -S 'map(select(.handle != "0:") | {dev, kind, handle, default: .options.default}) | sort'
  local link
  for link in $(tc -j qdisc show | jq -r '[.[] | select(.kind == "htb") | .dev] | sort[]'); do
    tc class show dev "$link" | sort
  done
  head /proc/sys/net/ipv4/conf/*/forwarding
}

# start_market MARKETSIM_EXAMPLE_OPTION...: design, links and simulator; no daemon yet. Each device
# has its own MAC on the gateway's links. With sim_genuine=yes the first terminal that speaks SNMP is
# played by net-snmp's snmpd, its address in $genuine. $sim_options go to `marketsim run`.
start_market() {
  "$bin/marketsim" example "$@" >"$dir/market.yaml" || failed "marketsim makes an example"
  market_links 10.64.0.0/16 10.64.0.1/24 $(gateway_links "$dir/market.yaml")
  genuine=
  [ -z "${sim_genuine:-}" ] || genuine=$(genuine_address "$dir/market.yaml")
  sim_wires=$(market_wires "$dir/market.yaml")
  start_simulator "$dir/market.yaml"
  [ -z "$genuine" ] || market_snmpd "$dir" "$genuine"
  MARKET_POLL_INTERVAL=${MARKET_POLL_INTERVAL:-1s} MARKET_SNMP_TIMEOUT=${MARKET_SNMP_TIMEOUT:-300ms} \
    market_settings "$dir" "$dir/market.yaml"
}
# start_simulator DESIGN: on the links of start_market; pid in $simulator.
start_simulator() {
  in_market "$bin/marketsim" run "$1" "${sim_state:---factory-fresh}" --tcp ${sim_options:-} \
    $sim_wires ${genuine:+--genuine "$genuine"} \
    --control "$dir/sim.sock" --reboot-seconds 1 </dev/null >>"$dir/marketsim.log" 2>&1 &
  simulator=$!
  prove "the simulator is up" eventually 10 sim status
}
# start_daemon [WORD...]: marketd in the background, pid in $daemon, up when it returns.
start_daemon() {
  "$bin/marketd" --config "$dir/marketd.yaml" </dev/null >>"$dir/marketd.log" 2>&1 &
  daemon=$!
  prove "marketd is up" eventually 20 curl -sf http://127.0.0.1:9750/healthz
}
# all_up [JQ_CONDITION]: there are devices of the design, and those that meet the condition are all up.
all_up() {
  api_is true "[.devices[] | select(.in_design and (${1:-true}))] | length > 0 and all(.state == \"up\")" devices
}
swept() { api_is true '.sweep.last_ms != null' status; }
