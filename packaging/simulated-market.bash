# A simulated market around a gateway, in network namespaces. Sourced by packaging/quickstart and
# by the end-to-end tests; to be used inside `unshare --net --mount --pid` only.
#
#   this namespace = the gateway:  eth0 uplink   eth1 mgmt   eth2 payment   eth3 staff   eth4 guest
#   namespace "sim" = the market:  sim0          sim1        sim2           sim3         sim4
#
# The gateway starts as a technician leaves it: eth1 has the management address, the rest nothing.
# Every address of the market is local to "sim", so one marketsim process answers for all of them.
# With market_wires each device also has its own MAC on these links, as the gateway's neighbour
# table shows: marketsim speaks ARP, ICMP and SNMP there itself, and hands TCP to the kernel of "sim"
# over the pair host0-host1.

# market_links SUPERNET MGMT_ADDRESS GATEWAY_ADDRESS:SIM_LINK...
# "10.64.0.0/16" "10.64.0.1/24" 10.64.0.1:sim1 10.64.4.1:sim2 ...
market_links() {
  local supernet=$1 management=$2 pair i
  shift 2
  mount -t tmpfs tmpfs /run
  ip netns add sim
  for i in 0 1 2 3 4; do
    ip link add "eth$i" type veth peer name "sim$i" netns sim
    ip -n sim link set "sim$i" up
  done
  ip link set lo up
  ip -n sim link set lo up
  ip link set eth1 up
  ip address add "$management" dev eth1
  ip -n sim route add local "$supernet" dev lo
  for pair in "$@"; do ip -n sim route add "${pair%:*}/32" dev "${pair#*:}" table local; done
  ip -n sim address add 198.18.0.1/30 dev sim0
  ip -n sim route add local 203.0.113.0/24 dev lo
  ip -n sim route add local 192.0.2.53/32 dev lo
}

# market_wires DESIGN: makes ready for frames with the devices' own MACs, and prints the options
# that `marketsim run` needs for it.
market_wires() {
  local pair link
  ip -n sim link add host0 type veth peer name host1
  ip -n sim link set host0 up
  ip -n sim link set host1 up
  for pair in $(gateway_links "$1"); do
    ip -n sim route replace "${pair%:*}/32" dev host0 table local
  done
  printf -- '--kernel-link host0=host1 --link'
  sed -n '/^zones:/,/^[a-z]/p' "$1" | grep -o 'prefix: *[0-9./]*\|gateway: *[0-9.]*\|interface: *[a-z0-9-]*' |
    while read -r _ prefix && read -r _ address && read -r _ link; do
      case $link in br-*) link=eth2 ;; esac
      printf ' sim%s=%s/%s' "${link#eth}" "$address" "${prefix#*/}"
    done
}

# in_market COMMAND...: runs it inside the market instead of on the gateway.
in_market() { nsenter --net=/run/netns/sim "$@"; }

# genuine_address DESIGN: the first terminal that speaks SNMP, to be played by a real snmpd.
genuine_address() { sed -n 's/.*address: *\([0-9.]*\),.*snmp: *true.*/\1/p' "$1" | head -n 1; }

# market_snmpd DIR ADDRESS: one genuine net-snmp agent, in the background; its pid in DIR/snmpd.pid.
# It shares its links with the whole simulated market: of its own it tells the MAC that DIR/market.yaml gives it.
# It listens on another port, since marketsim has port 161 of every address: requests are sent on.
market_snmpd() {
  local dir=$1 address=$2 mac
  mac=$(sed -n "s/.*mac: *\([0-9a-f:]*\), *address: *$address,.*/\1/p" "$dir/market.yaml" | tr -d :)
  cat >"$dir/snmpd.conf" <<CONF
agentaddress udp:$address:1161
rocommunity public
override 1.3.6.1.2.1.17.1.1.0 octet_str 0x$mac
sysName pos-linux
sysDescr Linux POS, net-snmp
CONF
  in_market nft -f - <<NFT
table ip snmpd {
  chain prerouting {
    type nat hook prerouting priority dstnat
    ip daddr $address udp dport 161 dnat to $address:1161
  }
}
NFT
  SNMP_PERSISTENT_DIR=$dir/snmp MIBS= in_market snmpd -f -C -c "$dir/snmpd.conf" -Lf "$dir/snmpd.log" \
    -p "$dir/snmpd.pid" -I -smux </dev/null >/dev/null 2>&1 &
}

# market_settings DIR DESIGN: writes DIR/marketd.yaml and its secrets.
market_settings() {
  local dir=$1 design=$2 secret
  mkdir -p "$dir/state" "$dir/secrets"
  (umask 077; printf public >"$dir/secrets/read-community"; printf private >"$dir/secrets/write-community")
  for secret in $(grep -o 'psk: *{ *secret: *[^ }]*' "$design" | sed 's/.*: *//'); do
    mkdir -p "$dir/secrets/$(dirname "$secret")"
    (umask 077; echo simulated-key >"$dir/secrets/$secret")
  done
  cat >"$dir/marketd.yaml" <<YAML
design: $design
state-directory: $dir/state
secrets-directory: $dir/secrets
listen: { address: 127.0.0.1, port: ${MARKET_PORT:-9750} }
snmp:
  timeout: ${MARKET_SNMP_TIMEOUT:-500ms}
  attempts: 3
  read:  [{ id: market-read, version: 2c, community: { secret: read-community } }]
  write: { id: market-write, version: 2c, community: { secret: write-community } }
sweep: { interval: ${MARKET_SWEEP_INTERVAL:-5m}${MARKET_SWEEP_RANGES:+, ranges: [$MARKET_SWEEP_RANGES]} }
poll:  { interval: ${MARKET_POLL_INTERVAL:-5s} }
YAML
}

# gateway_links DESIGN: "ADDRESS:SIM_LINK" for every zone with a gateway address.
gateway_links() {
  sed -n '/^zones:/,/^[a-z]/p' "$1" | grep -o 'gateway: *[0-9.]*\|interface: *[a-z0-9-]*' |
    while read -r _ address && read -r _ link; do
      case $link in br-*) link=eth2 ;; esac
      echo "$address:sim${link#eth}"
    done
}

# management_address DESIGN: the gateway's address and prefix length in the zone "mgmt".
management_address() {
  sed -n 's/.*id: mgmt,.*prefix: [0-9.]*\(\/[0-9]*\),.*gateway: \([0-9.]*\),.*/\2\1/p' "$1"
}
