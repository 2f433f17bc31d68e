# Designs that nobody wrote: layers made by dice over an example, one after another in one market. Each
# checks, plans, applies and is as designed then; nothing is written twice; the last one is undone
# exactly. SEED=N begins with another one.
CASE_SECONDS=280
. "$(dirname "$0")/market.bash"

stalls=10 aps=2 switches=3 seed=${SEED:-1}
layer() {
  rm -rf "$dir/local.d" && mkdir "$dir/local.d"
  python3 "$here/../design/random_layer.py" "$1" $switches $aps $stalls |
    awk -v dir="$dir/local.d" '/^---layer/ { ++n; next } { print > (dir "/" n + 10 ".yaml") }'
}

"$bin/marketsim" example --stalls $stalls --aps $aps --switches $switches >"$dir/market.yaml"
for s in $(seq "$seed" $((seed + 29))); do
  layer "$s"
  "$bin/marketctl" check "$dir/market.yaml" >"$dir/out" 2>&1 || failed "seed $s is no design: $(cat "$dir/out")"
done
echo "proven: thirty designs by dice are designs"
rm -rf "$dir/local.d"

start_market --stalls $stalls --aps $aps --switches $switches
start_daemon
prove "swept" eventually 20 swept
for s in $(seq "$seed" $((seed + 4))); do
  layer "$s"
  prove "seed $s: it is taken" exits 0 "${ctl[@]}" reload
  prove "seed $s: there is something to do" exits 2 "${ctl[@]}" plan
  world >"$dir/before"
  prove "seed $s: it is done" exits 0 "${ctl[@]}" apply
  prove "seed $s: it is as designed" exits 0 "${ctl[@]}" plan
  sim reset-counts
  prove "seed $s: again is nothing" exits 0 "${ctl[@]}" apply
  prove "seed $s: not one SET" bash -c "[ \"\$('$bin/marketsim' ctl --control '$dir/sim.sock' counts | jq .sets_received)\" = 0 ]"
done
prove "the last is put back" exits 0 "${ctl[@]}" rollback
world >"$dir/after"
prove "exactly" diff "$dir/before" "$dir/after"
