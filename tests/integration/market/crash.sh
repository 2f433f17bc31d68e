# SIGKILL of the daemon in mid-apply: at the next start the market is exactly before or exactly
# as designed, never between. The moments of the kill are spread over the whole apply.
CASE_SECONDS=280
. "$(dirname "$0")/market.bash"

start_market --stalls 6 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept
world >"$dir/before"
start=$(date +%s%N)
prove "an apply that nobody kills" exits 0 "${ctl[@]}" apply
took_ms=$((($(date +%s%N) - start) / 1000000))
world >"$dir/after"
prove "before and after differ" bash -c "! cmp -s '$dir/before' '$dir/after'"
"${ctl[@]}" rollback >/dev/null 2>&1
world >"$dir/back"
prove "rollback is exact" diff "$dir/before" "$dir/back"

between=0
for k in 1 2 3 4 5 6 7 8; do
  "${ctl[@]}" apply >/dev/null 2>&1 &
  apply=$!
  sleep "$(awk -v ms="$took_ms" -v k=$k 'BEGIN { printf "%.3f", ms * k / 14 / 1000 }')"
  kill -9 "$daemon"
  wait "$daemon" "$apply" 2>/dev/null
  world >"$dir/killed"
  cmp -s "$dir/killed" "$dir/before" || cmp -s "$dir/killed" "$dir/after" || between=$((between + 1))
  start_daemon
  settled() {
    curl -sf http://127.0.0.1:9750/api/v1/history | jq -e '[.runs[] | select(.ended_ms == 0)] | length == 0'
  }
  prove "kill $k: the journal has no open run" eventually 60 settled
  world >"$dir/recovered"
  if cmp -s "$dir/recovered" "$dir/after"; then
    echo "kill $k: exactly as designed"
    "${ctl[@]}" rollback >/dev/null 2>&1
    world >"$dir/recovered"
  fi
  prove "kill $k: exactly as before" diff "$dir/before" "$dir/recovered"
done
prove "at least one kill left the market between (or this proves nothing)" [ "$between" -gt 0 ]
