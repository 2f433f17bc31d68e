# A change that waits to be confirmed does not wait while it does harm: what worked before and fails
# now puts it back at once. What failed before is no reason.
CASE_SECONDS=200
. "$(dirname "$0")/market.bash"

as_before() { world >"$dir/now" && diff "$dir/before" "$dir/now"; }
run_is() { api_is "$1" '.runs[0].state' history; }
run_ended() { api_is true '.runs[0].ended_ms > 0' history; }
note_says() { api '.runs[0].note' history | grep -E -- "$1" || { api '.runs[0].note' history; return 1; }; }
service_is() { api_is "$2" ".services[] | select(.id == \"$1\") | .ok" status; }
# change NAME: a design that asks for something else
change() { sed -i "s/spot: 통신함[^ }]*/spot: 통신함$1/" "$dir/market.yaml" && "${ctl[@]}" reload; }

MARKET_SWEEP_RANGES=10.64.0.0/26
start_market --stalls 4 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept
prove "the market is built" exits 0 "${ctl[@]}" apply
prove "its switches and access points are up" eventually 30 all_up '.class == "switch" or .class == "access-point"'
prove "van-a answers" eventually 30 service_is van-a true
sim service zeropay down >/dev/null
sim power-off ap-1 >/dev/null
prove "zeropay does not" eventually 30 service_is zeropay false
prove "and ap-1 is down" eventually 60 api_is down '.devices[] | select(.id == "ap-1") | .state' devices
world >"$dir/before"

prove "another design" change X
prove "is applied, to be confirmed" exits 0 "${ctl[@]}" apply --confirm-within 600
sleep 6
prove "what failed before does not put it back" run_is awaiting-confirm
sim service van-a down >/dev/null
prove "a service that worked before and fails now does" eventually 60 run_is rolled-back
prove "exactly as before" as_before
prove "history says why" note_says 'service van-a fails: .* [0-9]+ s after the change'
prove "so do the log" grep -q 'CHANGE_HARMFUL .*van-a' "$dir/marketd.log"
prove "and the page" eventually 10 bash -c "curl -sf http://127.0.0.1:9750/api/v1/events | jq -e 'any(.events[]; .text | startswith(\"put back: service van-a fails\"))'"
prove "nobody waits any more" eventually 5 api_is null .confirm_by_ms status
sim service van-a up >/dev/null
prove "van-a answers again" eventually 30 service_is van-a true

prove "the same again" exits 0 "${ctl[@]}" apply --confirm-within 600
sim power-off sw-2 >/dev/null
prove "a switch that was up and is down ends it" eventually 90 run_ended
prove "history names it" note_says 'sw-2 stopped answering [0-9]+ s after the change'
prove "what cannot be reached is not said to be as before" run_is rollback-incomplete
sim power-on sw-2 >/dev/null
prove "it comes back as it was saved: exactly as before" eventually 20 as_before
