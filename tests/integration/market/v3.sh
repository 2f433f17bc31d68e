# A market that speaks SNMPv3 only, authPriv, under a design that says nothing of v2c: found, planned,
# applied, verified. Who may only read changes nothing.
. "$(dirname "$0")/market.bash"

sim_options="--communities none --auth-passphrase dongdaemun-auth --priv-passphrase namdaemun-priv"
start_market --stalls 12 --aps 2 --switches 2
sed -i '/allow-v2c-write/d' "$dir/market.yaml"
(umask 077; printf dongdaemun-auth >"$dir/secrets/v3-auth"; printf namdaemun-priv >"$dir/secrets/v3-priv")
# credentials USER: of this user, as YAML.
credentials() {
  echo "{ id: $1, version: 3, user: $1, auth: sha256, auth-passphrase: { secret: v3-auth }, priv: aes128, priv-passphrase: { secret: v3-priv } }"
}
sed -i "s|^  read:.*|  read: [$(credentials market-read)]|; s|^  write:.*|  write: $(credentials market-read)|" \
  "$dir/marketd.yaml"
prove "v2c is switched off" says Timeout snmpget -v2c -c public -t 0.5 -r 1 10.64.0.11 1.3.6.1.2.1.1.5.0
prove "and v3 is not" snmpget -v3 -u market-read -l authPriv -a SHA-256 -A dongdaemun-auth -x AES \
  -X namdaemun-priv 10.64.0.11 1.3.6.1.2.1.1.5.0

start_daemon
prove "every switch and AP is found" eventually 20 \
  api_is 4 '[.devices[] | select(.class == "switch" or .class == "access-point") | select(.state == "up")] | length' devices
world >"$dir/before"
prove "there is a plan (exit 2)" exits 2 "${ctl[@]}" plan
prove "an apply by the user who may only read is rolled back (exit 4), and says why" \
  says noAccess exits 4 "${ctl[@]}" apply
world >"$dir/after-reader"
prove "nothing has changed" diff "$dir/before" "$dir/after-reader"

sed -i "s|^  write:.*|  write: $(credentials market-write)|" "$dir/marketd.yaml"
kill "$daemon"
wait "$daemon"
start_daemon
prove "all of them are found again" eventually 20 all_up '.class == "switch" or .class == "access-point"'
prove "apply by the user who may write is committed (exit 0)" exits 0 "${ctl[@]}" apply
world >"$dir/applied"
prove "the world did change" bash -c "! cmp -s '$dir/before' '$dir/applied'"
prove "a second plan is empty (exit 0)" exits 0 "${ctl[@]}" plan

boots() { # snmpEngineBoots of sw-1, by net-snmp
  snmpget -v3 -Oqv -u market-read -l authPriv -a SHA-256 -A dongdaemun-auth -x AES -X namdaemun-priv \
    10.64.0.11 1.3.6.1.6.3.10.2.1.2.0
}
life=$(boots)
sim reboot sw-1
prove "after a reboot, in its next life, sw-1 is up and as designed" eventually 20 exits 0 "${ctl[@]}" plan
prove "its engine counted the start" [ "$(boots)" = $((life + 1)) ]
prove "the audit finds nothing changed or missing, and nothing unverified but keys, which nobody can read" eventually 30 bash -c "
  '$bin/marketctl' -o json audit | jq -e '.counts.changed == 0 and .counts.missing == 0 and .counts.same > 100 and all(.items[] | select(.verdict == \"not-verified\"); .field | endswith(\".psk\"))'"
prove "rollback puts everything back (exit 0)" exits 0 "${ctl[@]}" rollback
world >"$dir/rolled-back"
prove "exactly as before, byte for byte" diff "$dir/before" "$dir/rolled-back"
