# A market that speaks SNMPv3 only, authPriv, under a design that says nothing of v2c: found, planned,
# applied, verified. Who may only read changes nothing.
. "$(dirname "$0")/market.bash"

sim_options="--communities none --auth-passphrase dongdaemun-auth --priv-passphrase namdaemun-priv"
start_market --stalls 12 --aps 2 --switches 2
sed -i '/allow-v2c-write/d' "$dir/market.yaml"
(umask 077; printf dongdaemun-auth >"$dir/secrets/v3-auth"; printf namdaemun-priv >"$dir/secrets/v3-priv")
# A community that no device takes, for the devices to come, and a Wi-Fi key.
printf gaseumal-community >"$dir/secrets/read-community"
printf simulated-wifi-key >"$dir/secrets/dg-seomun1/staff-psk"
secrets=(dongdaemun-auth namdaemun-priv gaseumal-community simulated-wifi-key)
# credentials USER: of this user, as YAML.
credentials() {
  echo "{ id: $1, version: 3, user: $1, auth: sha256, auth-passphrase: { secret: v3-auth }, priv: aes128, priv-passphrase: { secret: v3-priv } }"
}
old="{ id: old, version: 2c, community: { secret: read-community } }"
sed -i "s|^  read:.*|  read: [$(credentials market-read), $old]|; s|^  write:.*|  write: $(credentials market-read)|" \
  "$dir/marketd.yaml"
prove "v2c is switched off" says Timeout snmpget -v2c -c public -t 0.5 -r 1 10.64.0.11 1.3.6.1.2.1.1.5.0
prove "and v3 is not" snmpget -v3 -u market-read -l authPriv -a SHA-256 -A dongdaemun-auth -x AES \
  -X namdaemun-priv 10.64.0.11 1.3.6.1.2.1.1.5.0

prove "a sweep by the settings finds them by v3" bash -c "
  '$bin/marketctl' -o json sweep --settings '$dir/marketd.yaml' 10.64.0.0/26 | jq -e '
    (.devices | length) >= 4 and all(.devices[]; .credentials == \"market-read\") and .refused == []'"
prove "and not without" says "0 of 62 addresses" "$bin/marketctl" sweep --timeout 200 --rounds 1 10.64.0.0/26
(umask 077; printf another-passphrase >"$dir/secrets/wrong")
sed "s/auth-passphrase: { secret: v3-auth }/auth-passphrase: { secret: wrong }/" "$dir/marketd.yaml" >"$dir/wrong.yaml"
prove "a wrong key is named for each device, and is no silence" says "10.64.0.11 speaks SNMP and refuses us" \
  "$bin/marketctl" sweep --timeout 200 --rounds 1 --settings "$dir/wrong.yaml" 10.64.0.0/26
prove "with the reason" grep -q "refuses us: .*usmStatsWrongDigests.* (market-read)" "$dir/out"

start_daemon
prove "every switch and AP is found" eventually 20 \
  api_is 4 '[.devices[] | select(.class == "switch" or .class == "access-point") | select(.state == "up")] | length' devices
world >"$dir/before"
# notify PASSPHRASE KIND: an SNMPv3 trap of net-snmp's, from the address of sw-1.
notify() {
  in_market snmptrap -v3 -e 0x80001f8804737731 -u market-read -l authPriv -a SHA-256 -A "$1" -x AES -X namdaemun-priv \
    --clientaddr=10.64.0.11 10.64.0.1:162 '' "1.3.6.1.6.3.1.1.5.$2"
}
told() { api_is true "any(.events[]; .text | startswith(\"sw-1 sent $1\"))" events; }
untold() { ! told "$1"; }
prove "somebody without the key sends a trap in the name of sw-1" notify gwanghwamun-auth 5
prove "sw-1 sends one" notify dongdaemun-auth 1
prove "that makes marketd look" eventually 10 told coldStart
prove "and the other does not" untold authenticationFailure
prove "there is a plan (exit 2)" exits 2 "${ctl[@]}" plan --all --out "$dir/plan.json"
cp "$dir/out" "$dir/plan.txt"
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

# Secrets stay where they are: in their files, in memory and, encrypted or not, on the wire.
mkdir "$dir/api"
for path in status devices devices/sw-1 devices/ap-1 topology findings stalls incidents events drift outages history audit; do
  prove "the API answers $path" curl -sf "http://127.0.0.1:9750/api/v1/$path" -o "$dir/api/${path//\//-}"
done
prove "/metrics" curl -sf http://127.0.0.1:9750/metrics -o "$dir/api/metrics"
prove "a plan by the API" curl -sf -X POST -H 'Content-Type: application/json' -d '{}' http://127.0.0.1:9750/api/v1/plan -o "$dir/api/plan"
for verb in status devices "device show sw-1 --evidence" findings audit history events; do
  "${ctl[@]}" $verb >"$dir/api/${verb// /-}.txt" 2>&1
done
printed=("$dir/marketd.log" "$dir/state" "$dir/api" "$dir/plan.json" "$dir/plan.txt")
prove "what is printed and kept does say where a secret is" grep -rqaF staff-psk "${printed[@]}"
prove "the state folder is searched, too" grep -rqaF noAccess "$dir/state"
for secret in "${secrets[@]}"; do
  prove "a secret is not printed and not kept: ${secret%-*}" bash -c '! grep -raF -- "$@"' - "$secret" "${printed[@]}"
done

# Who writes without privacy writes nothing, unless the design says why.
sed -i "s|^  write:.*|  write: { id: market-write, version: 3, user: market-write, auth: sha256, auth-passphrase: { secret: v3-auth }, priv: none }|" "$dir/marketd.yaml"
prove "credentials without privacy are taken" exits 0 "${ctl[@]}" reload
prove "and nothing is written by them (exit 1)" exits 1 "${ctl[@]}" apply
prove "which is said" says "without SNMPv3 authentication and privacy" "${ctl[@]}" apply
# A key that is not theirs: they are there, and refuse us.
printf nicht-die-richtige >"$dir/secrets/v3-auth"
prove "another passphrase is taken" exits 0 "${ctl[@]}" reload
refused() { api_is true ".devices[] | select(.id == \"sw-1\") | .refusal // \"\" | contains(\"WrongDigests\")" devices; }
prove "a device that refuses our key says so" eventually 30 refused
prove "and the incident is not called silence" eventually 60 bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/incidents | jq -e 'any(.incidents[]; .text | contains(\"is there, but refuses our credentials\"))'"
