# A plan that would cut us off is refused; forced, it comes back by itself. Once where the cabling is
# not what the design says, and once under a technician's real TCP session.
CASE_SECONDS=240
. "$(dirname "$0")/market.bash"

as_before() { world >"$dir/now" && diff "$dir/before" "$dir/now"; }
ended_as() { api_is "$1" '.runs[0] | if .ended_ms > 0 then .state else "open" end' history; }
device_is() { api_is "$2" ".devices[] | select(.id == \"$1\") | .state" devices; }

MARKET_SWEEP_RANGES=10.64.0.0/26
start_market --stalls 4 --aps 1 --switches 2
# By design the trunk to sw-2 is in port 20 of the core; whoever plugged it in took port 5.
cp "$dir/market.yaml" "$dir/cabled.yaml"
sed -i -e 's|^      "5": { role: trunk.*|      "5": { role: unused }|' -e 's|peer: sw-1/5|peer: sw-1/20|' \
  -e '/id: sw-1$/,/id: sw-2$/s|^      "\([0-9]*\)-24": { role: unused }|      "\1-19": { role: unused }\n      "20": { role: trunk, peer: sw-2/1 }\n      "21-24": { role: unused }|' \
  "$dir/market.yaml"
prove "both are designs" "${ctl[@]}" check "$dir/market.yaml"
start_daemon
prove "swept" eventually 20 swept
prove "the plan says that it would cut us off from sw-2" eventually 30 says \
  "sw-1 port[5].enabled: port 5 goes down: the way to sw-2" "${ctl[@]}" plan
world >"$dir/before"
prove "it is refused" exits 1 "${ctl[@]}" apply
prove "with what to do" says "Mend the design or the cabling; apply --force" "${ctl[@]}" apply
"${ctl[@]}" plan --out "$dir/plan.json" >/dev/null
prove "from a file, too" exits 1 "${ctl[@]}" apply "$dir/plan.json"
prove "nothing was touched" as_before
prove "forced it is done, and put back as soon as sw-2 is missed (4)" exits 4 "${ctl[@]}" apply --force
prove "because sw-2 was gone" bash -c "curl -sf http://127.0.0.1:9750/api/v1/history | jq -e '.runs[0].note | contains(\"sw-2\")'"
prove "exactly as before" as_before
prove "sw-2 is there again" eventually 60 device_is sw-2 up

cp "$dir/cabled.yaml" "$dir/market.yaml"
prove "with the design mended" "${ctl[@]}" reload
prove "nothing is in the way" exits 0 "${ctl[@]}" apply

# A technician of the control centre, with a session that comes and goes by the uplink.
ip -n sim address add 198.51.100.5/32 dev lo
ip -n sim rule add pref 5 to 10.64.0.1 ipproto tcp dport 22 lookup 77
ip -n sim rule add pref 10 lookup local
ip -n sim rule del pref 0
ip -n sim route add 10.64.0.1 via 198.18.0.2 dev sim0 src 198.51.100.5 table 77
busybox nc -ll -p 22 -e cat </dev/null &
mkfifo "$dir/keys"
in_market busybox nc 10.64.0.1 22 <"$dir/keys" >"$dir/echoed" 2>/dev/null &
exec 9>"$dir/keys"
type() { echo "$1" >&9; }
type "before the change"
prove "his session works" eventually 10 grep -q "before the change" "$dir/echoed"
sed -i 's|routes: \[{ to: default, via: 198.18.0.1 }\]|routes: [{ to: 203.0.113.0/24, via: 198.18.0.1 }, { to: 192.0.2.0/24, via: 198.18.0.1 }]|' "$dir/market.yaml"
prove "a design without a way back to him" "${ctl[@]}" reload
prove "the plan names him" says "198.51.100.5 is connected to 10.64.0.1 port 22, and no route leads there any more" "${ctl[@]}" plan
world >"$dir/before"
prove "it is refused" exits 1 "${ctl[@]}" apply
prove "forced it is done" says "marketctl confirm" "${ctl[@]}" apply --force --confirm-within 8
type "while it is cut"
sleep 2
prove "his session is cut" bash -c "! grep -q 'while it is cut' '$dir/echoed'"
prove "and put back by itself" eventually 60 ended_as rolled-back
prove "exactly as before" as_before
prove "his session goes on" eventually 60 grep -q "while it is cut" "$dir/echoed"
