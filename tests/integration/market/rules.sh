# Who may change the market, and when; and what only a person can do.
CASE_SECONDS=240
. "$(dirname "$0")/market.bash"

start_market --stalls 6 --aps 1 --switches 2
# A switch family that cannot be told its PoE priority, whose labels can only be read, and which takes PVIDs as requests.
mkdir "$dir/profiles"
cp "$top"/config/share/profiles/*.yaml "$dir/profiles"
cat >"$dir/profiles/half.yaml" <<'YAML'
schema: 1
kind: device-profile
id: half
inherits: [sim-switch]
attributes:
  port.poe-priority: null
  port.pvid:
    request:
      oid: 1.3.6.1.4.1.32473.8.1.0
      key: 1.3.6.1.4.1.32473.8.2.0
      value: 1.3.6.1.4.1.32473.8.3.0
      status: { oid: 1.3.6.1.4.1.32473.8.4.0 }
      result: 1.3.6.1.4.1.32473.8.5.0
  port.label: { writable: false }
manual:
  port.label: "interface {port} / description {value}"
YAML
echo "profile-directory: $dir/profiles" >>"$dir/marketd.yaml"
sed -i '0,/profile: sim-switch/s//profile: half/' "$dir/market.yaml"
rm "$dir/secrets/dg-seomun1/staff-psk"
start_daemon
prove "a key that nobody can look up is told at the start" grep -q "CONFIG_WARNING .*D006.*'dg-seomun1/staff-psk', which cannot be read" "$dir/marketd.log"
prove "swept" eventually 20 swept

prove "the plan names what only a person can do" says "수작업 by hand" "${ctl[@]}" plan --all
prove "with the words to type" says "type: interface" "${ctl[@]}" plan --all
prove "the rest is applied" exits 0 "${ctl[@]}" apply
request_status() { snmpget -v2c -c public -Oqv "$1" 1.3.6.1.4.1.32473.8.4.0; }
prove "the PVIDs of one switch by requests that passed" [ "$(request_status 10.64.0.11)" = 3 ]
prove "those of the other as ever" [ "$(request_status 10.64.0.12)" = 1 ]
plan_json() { "${ctl[@]}" plan -o json; }
open_steps() { plan_json | jq '[.manual[]? | select(.readable)] | length'; }
prove "no step is left but those of a person" bash -c "[ \$('${ctl[0]}' plan -o json | jq '.steps | length') = 0 ]"
prove "while a reading says that they are not done, the plan is not empty" exits 2 "${ctl[@]}" plan
prove "the audit has them as not as designed" exits 2 "${ctl[@]}" audit

# The person types.
plan_json | jq -r '.manual[] | select(.readable) | "\(.device) \(.field) \(.wanted)"' >"$dir/todo"
prove "there is something to type" [ -s "$dir/todo" ]
while read -r device field value; do
  address=$(api ".devices[] | select(.id == \"$device\") | .address" devices)
  port=${field#port[}; port=${port%]*}
  index=$(snmpwalk -v2c -c public -Oqn "$address" 1.3.6.1.2.1.31.1.1.1.1 |
    awk -v port="$port" '{ gsub("\"", "", $2) } $2 == port { n = split($1, arcs, "."); print arcs[n] }')
  snmpset -v2c -c private "$address" "1.3.6.1.2.1.31.1.1.1.18.$index" s "$value" >/dev/null ||
    failed "port $port of $device takes a label"
done <"$dir/todo"
prove "a reading proves them, and they leave the plan" exits 0 "${ctl[@]}" plan
prove "what cannot be read back stays 미확인" bash -c "'${ctl[0]}' plan -o json | jq -e '[.manual[]? | select(.readable | not)] | length > 0'"
prove "in the audit, too" says "left to a person, and this device does not tell it by SNMP" "${ctl[@]}" audit -o json

# Four eyes.
cp "$dir/market.yaml" "$dir/free.yaml"
echo 'changes: { approval: four-eyes }' >>"$dir/market.yaml"
sed -i 's/name: 점포/name: 새점포/; s/id: guest-out, from: guest/id: guests-out, from: guest/' "$dir/market.yaml"
prove "reloaded" exits 0 "${ctl[@]}" reload
as() { env -u SUDO_USER USER="$1" "${ctl[@]}" "${@:2}"; }
prove "kim plans" exits 2 as kim plan --out "$dir/plan.json"
world >"$dir/before"
prove "kim alone may not apply" exits 1 as kim apply "$dir/plan.json"
prove "he is told what is missing" says "marketctl approve FILE" as kim apply "$dir/plan.json"
prove "kim's own approval is none" exits 0 as kim approve "$dir/plan.json"
prove "he still may not" exits 1 as kim apply "$dir/plan.json"
world >"$dir/now"
prove "nothing was touched" diff "$dir/before" "$dir/now"
# Whoever is not root is who the kernel says.
if setpriv --reuid 12345 --clear-groups true 2>/dev/null; then
  chmod 755 "$dir"
  prove "a name that somebody else writes down is not believed" says "approved: plan" \
    setpriv --reuid 12345 --clear-groups env -u SUDO_USER USER=lee "${ctl[@]}" approve "$dir/plan.json"
  prove "his own is kept" says "by uid12345" "${ctl[@]}" history
else
  echo "LEFT OUT: this namespace has one user only, so nobody can be somebody else"
fi
prove "lee approves" exits 0 as lee approve "$dir/plan.json"
prove "an altered plan is not what lee has approved" bash -c "sed 's/\"risk\": \"none\"/\"risk\": \"blip\"/' '$dir/plan.json' >'$dir/altered.json'; ! '${ctl[0]}' apply '$dir/altered.json'"
prove "now kim applies" exits 0 as kim apply "$dir/plan.json"
prove "both are in the history" says "approved by lee" "${ctl[@]}" history

# Windows.
from=$(TZ=Asia/Seoul date -d '+3 hours' +%H:%M) to=$(TZ=Asia/Seoul date -d '+4 hours' +%H:%M)
{ cat "$dir/free.yaml"; echo "changes: { windows: [{ from: \"$from\", to: \"$to\" }] }"; } >"$dir/market.yaml"
prove "reloaded" exits 0 "${ctl[@]}" reload
prove "outside the window nothing is applied" exits 1 "${ctl[@]}" apply
prove "and it says when it opens" says "$from local time" "${ctl[@]}" apply
prove "undoing is always allowed" exits 0 "${ctl[@]}" rollback
from=$(TZ=Asia/Seoul date -d '-1 hours' +%H:%M) to=$(TZ=Asia/Seoul date -d '+1 hours' +%H:%M)
{ cat "$dir/free.yaml"; echo "changes: { windows: [{ from: \"$from\", to: \"$to\" }] }"; } >"$dir/market.yaml"
prove "reloaded" exits 0 "${ctl[@]}" reload
prove "inside it the change goes through" exits 0 "${ctl[@]}" apply
