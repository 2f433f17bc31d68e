# SNMPv3 authPriv beside v2c, both on one real snmpd. Part of tests/bench/run.

echo "SNMPv3 (SHA-1, AES-128) beside v2c on one snmpd: our CPU microseconds per GET of 12 OIDs"
if has snmpd; then
  cat >"$work/snmpd.conf" <<CONF
agentaddress udp:127.0.0.1:16163
rocommunity public
createUser bench SHA passphrase AES passphrase
rouser bench priv
CONF
  SNMP_PERSISTENT_DIR=$work/snmpd MIBS='' snmpd -f -C -c "$work/snmpd.conf" -Lf "$work/snmpd.log" -I -smux </dev/null >/dev/null 2>&1 &
  pids+=($!)
  sleep 1
  objects=
  for i in 1 2 3 4 5 6 7; do objects+=" 1.3.6.1.2.1.1.$i.0"; done
  for i in 1 5 6 8 12; do objects+=" 1.3.6.1.2.1.11.$i.0"; done
  in_turn v2c '"$bin/poll_bench" 127.0.0.1 1 16163 2000 1 $objects' \
    v3 '"$bin/poll_bench" --v3 bench passphrase 127.0.0.1 1 16163 2000 1 $objects'
  v2c=$(field us/poll <"$work/v2c" | median) v3=$(field us/poll <"$work/v3" | median)
  echo "  v2c $v2c   authPriv $v3   ratio $(ratio "$v3" "$v2c")"
fi
