# Sweeps of a /16 on loopback in which 2,000 of 65,536 addresses answer. Part of tests/bench/run.
# marketctl identifies every device that answers; of the others only onesixtyone and braa speak SNMP,
# and read one object.

echo "sweep of a /16, 2,000 of 65,536 alive: wall s, CPU s"
sweep() { "$bin/marketctl" sweep 127.8.0.0/16 --port "$1" --rate 100000 "${@:2}" -o json; }
told() { jq -r '"\(.devices | length) devices, \([.devices[] | select(.sys_descr != "" and .sys_object_id != "")] | length) asked for all of it"' "$work/out"; }
echo "  floor                     $(timed "$work/floor" --port 16161 --range 127.8.0.0-127.8.255.255 --rounds 1 --window 0 --stall-ms 300 --get 1.3.6.1.2.1.1.1.0)"
echo "  marketctl, no repetition  $(timed sweep 16161 --rounds 1 --attempts 1)  $(told)"
echo "  marketctl, one repetition $(timed sweep 16161 --rounds 1 --attempts 2)  $(told)"
echo "  marketctl, 10 % loss, three rounds of two  $(timed sweep 16162 --rounds 3 --attempts 2)  $(told)"
if has onesixtyone; then
  awk 'BEGIN { for (i = 0; i < 256; i++) for (j = 0; j < 256; j++) print "127.8." i "." j }' >"$work/hosts"
  echo "  onesixtyone -w 0          $(timed onesixtyone -p 16161 -w 0 -i "$work/hosts" public)  $(grep -c '^127' "$work/out" || true) devices"
fi
if has braa; then
  echo "  braa                      $(timed braa -t 2 'public@127.8.0.0-127.8.255.255:16161:.1.3.6.1.2.1.1.1.0')  $(grep -c ms: "$work/out" || true) devices"
fi
if has fping; then
  echo "  fping (ICMP)              $(timed fping -q -r 0 -i 1 -g 127.8.0.0/16)  (all of loopback answers)"
fi
echo "a pace of 5,000 packets a second, held: $(
  "$bin/marketctl" sweep 127.9.0.0/18 --port 16161 --rate 5000 --rounds 1 --attempts 1 -o json |
    jq -r '"\(.addresses / ((.took_ms - 500) / 1000) / 5000 * 100 * 10 | round / 10) %"'
)"
