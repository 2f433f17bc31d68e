# A change that waits to be confirmed, and a daemon that dies and never comes back: the guard that it
# left behind puts the change back. A daemon that lives does it itself, and what fails meanwhile it
# does not let wait.
CASE_SECONDS=200
. "$(dirname "$0")/market.bash"

guards() { pgrep -fc -- "--config $dir/marketd.yaml --guard" || true; }
guards_are() { [ "$(guards)" = "$1" ] || { echo "$(guards) guards, not $1"; ps ax; return 1; }; }
as_before() { world >"$dir/now" && diff "$dir/before" "$dir/now"; }
in_place() { ! as_before >/dev/null; }
run_is() { api_is "$1" '.runs[0].state' history; }
note_says() { api '.runs[0].note' history | grep -F -- "$1"; }
kill_daemon() { kill -9 "$daemon"; wait "$daemon" 2>/dev/null; true; }

MARKET_SWEEP_RANGES=10.64.0.0/26
start_market --stalls 6 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept
prove "the switches are up" eventually 20 all_up '.class == "switch"'
world >"$dir/before"
sim dump-startup >"$dir/startup"
prove "nobody stands guard" guards_are 0

prove "a change that waits" exits 0 "${ctl[@]}" apply --confirm-within 600
prove "has one guard" guards_are 1
guard=$(pgrep -f -- "--config $dir/marketd.yaml --guard")
prove "it has nothing open of the daemon's but stderr" bash -c "
  ! ls -l /proc/$guard/fd | grep -E 'socket|market\.db|/lock$'"
prove "it is in no process group of the daemon's" bash -c "[ \$(ps -o sid= -p $guard) != \$(ps -o sid= -p $daemon) ]"
prove "an apply while it waits is refused" says "nothing" exits 0 "${ctl[@]}" apply --confirm-within 60
prove "and leaves the guard where it is" guards_are 1
kill_daemon
start_daemon
prove "a daemon that starts again posts one, too" eventually 10 grep -q CONFIRM_AWAITED "$dir/marketd.log"
prove "its own" eventually 20 bash -c "! kill -0 $guard"
prove "one" eventually 20 guards_are 1
prove "a word ends the waiting" eventually 20 exits 0 "${ctl[@]}" confirm
prove "and the guard" guards_are 0
prove "a rollback of what was confirmed" exits 0 "${ctl[@]}" rollback
prove "is exact" as_before
sim dump-startup >"$dir/startup"

prove "a change that waits, and is rolled back" exits 0 "${ctl[@]}" apply --confirm-within 600
prove "by a word" exits 0 "${ctl[@]}" rollback
prove "has no guard any more" guards_are 0
prove "a plan of nothing" exits 0 "${ctl[@]}" apply
prove "that is committed at once" exits 0 "${ctl[@]}" rollback
prove "never had one" guards_are 0

# The daemon lives: it does the work, and the guard none.
prove "a change that nobody confirms" exits 0 "${ctl[@]}" apply --confirm-within 5
prove "is put back by the daemon" eventually 40 run_is rolled-back
prove "the guard ends" eventually 5 guards_are 0
prove "and did nothing" bash -c "! grep GUARD_ACTS '$dir/marketd.log'"
prove "exactly as before" as_before

# The daemon is killed and nobody starts it again.
prove "a change that waits while the daemon is killed" exits 0 "${ctl[@]}" apply --confirm-within 6
kill_daemon
prove "is still in place" in_place
prove "the guard ends, its work done" eventually 60 guards_are 0
prove "exactly as before, without a daemon" as_before
sim dump-startup >"$dir/now"
prove "nothing was saved" cmp "$dir/startup" "$dir/now"
prove "the log says who did it" grep -q GUARD_ACTS "$dir/marketd.log"
start_daemon
prove "a daemon that starts later finds a closed journal" run_is rolled-back
prove "and why" note_says "nobody confirmed it in time"
prove "and who" api_is guard '.audit[0].actor' history
prove "and nothing to recover" bash -c "[ \$(grep -c 'RECOVERY_BEGUN' '$dir/marketd.log') = 0 ]"

# Stopped in order it is no different: the guard stays, that is what it is for.
prove "swept" eventually 20 swept
prove "a change that waits while the daemon is stopped" exits 0 "${ctl[@]}" apply --confirm-within 6
kill "$daemon"; wait "$daemon"
prove "keeps its guard" guards_are 1
prove "which does the work" eventually 60 guards_are 0
prove "exactly" as_before

# Killed in the middle of the apply: nothing waits yet, and the guard is there already.
start_daemon
prove "swept" eventually 20 swept
sim delay 25 >/dev/null
"${ctl[@]}" apply --confirm-within 6 >/dev/null 2>&1 &
apply=$!
sleep 0.1
prove "an apply is under way" eventually 20 api_is true '.activity | startswith("apply ")' status
kill_daemon
wait "$apply" 2>/dev/null
sim delay 0 >/dev/null
prove "its guard stands" guards_are 1
prove "it cleans up" eventually 60 guards_are 0
prove "exactly as before, from the middle of an apply" as_before

# A daemon that starts while the guard is at work waits for it.
start_daemon
prove "swept" eventually 20 swept
prove "a change that waits while the daemon is killed" exits 0 "${ctl[@]}" apply --confirm-within 5
kill_daemon
sim delay 25 >/dev/null
prove "the guard acts" eventually 20 bash -c "[ \$(grep -c GUARD_ACTS '$dir/marketd.log') = 4 ]"
start_daemon
sim delay 0 >/dev/null
prove "the start has waited" grep -q GUARD_AT_WORK "$dir/marketd.log"
prove "the journal is closed" run_is rolled-back
prove "exactly as before" as_before
