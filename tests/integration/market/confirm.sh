# A change that waits to be confirmed: in place and not saved; kept by a word in time, and gone again
# without it - also when the daemon is killed meanwhile.
. "$(dirname "$0")/market.bash"

start_market --stalls 6 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept
world >"$dir/before"
sim dump-startup >"$dir/startup"
is_state() { curl -sf http://127.0.0.1:9750/api/v1/history | jq -e --arg state "$1" '.runs[0].state == $state'; }
as_before() { world >"$dir/now" && cmp -s "$dir/before" "$dir/now"; }

prove "a change that waits (exit 0)" says "marketctl confirm" exits 0 "${ctl[@]}" apply --confirm-within 600
prove "it is in place" exits 0 "${ctl[@]}" plan
prove "everybody sees until when it waits" eventually 5 bash -c "
  curl -sf http://127.0.0.1:9750/api/v1/status | jq -e '(.confirm_by_ms - .at_ms) / 1000 | . > 400 and . <= 600'"
prove "on the command line, too" says "marketctl confirm" "${ctl[@]}" status
sim dump-startup >"$dir/unsaved"
prove "nothing was saved" cmp "$dir/startup" "$dir/unsaved"
prove "no other change begins meanwhile" says "nothing" exits 0 "${ctl[@]}" apply
prove "it is kept by a word" exits 0 "${ctl[@]}" confirm
sim dump-startup >"$dir/saved"
prove "then none waits" eventually 5 api_is null .confirm_by_ms status
prove "and saved then" bash -c "! cmp -s '$dir/startup' '$dir/saved'"
prove "once" says "no run waits" exits 0 "${ctl[@]}" confirm
prove "a rollback brings all of it back" exits 0 "${ctl[@]}" rollback
prove "exactly" as_before

prove "a change that nobody confirms" exits 0 "${ctl[@]}" apply --confirm-within 5
prove "is put back" eventually 40 is_state rolled-back
prove "exactly as before" as_before
prove "and says why" bash -c "curl -sf http://127.0.0.1:9750/api/v1/history | jq -e '.runs[0].note | contains(\"nobody confirmed it in time\")'"

prove "a change that waits while the daemon is killed" exits 0 "${ctl[@]}" apply --confirm-within 8
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
start_daemon
prove "still waits after it" is_state awaiting-confirm
prove "its deadline is kept" eventually 60 is_state rolled-back
prove "exactly as before again" as_before

prove "a change that waits while the daemon is dead for longer" exits 0 "${ctl[@]}" apply --confirm-within 5
kill -9 "$daemon"
wait "$daemon" 2>/dev/null
sleep 6
start_daemon
prove "is put back at its start" eventually 40 is_state rolled-back
prove "exactly as before, too" as_before
prove "seconds that are none are a usage error" exits 64 "${ctl[@]}" apply --confirm-within soon
prove "too few of them are refused" says "5 to 86400" exits 1 "${ctl[@]}" apply --confirm-within 2
