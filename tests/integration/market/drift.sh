# What changes behind the daemon's back: found soon, told by device and class, put right where the design says.
CASE_SECONDS=240
. "$(dirname "$0")/market.bash"

sim_options="--trap-to 10.64.0.1:162"
start_market --stalls 6 --aps 1 --switches 2
cat >>"$dir/market.yaml" <<'YAML'
drift: { enforce: [firewall] }
YAML
echo 'drift: { interval: 10s }' >>"$dir/marketd.yaml"
start_daemon
prove "swept" eventually 20 swept
sleep 11
prove "nothing has drifted from a design that nobody applied" api_is null '.drift' drift
prove "and nothing was put right: the packet filter is not there" bash -c '! nft list table inet marketd 2>/dev/null'

prove "the market is built" exits 0 "${ctl[@]}" apply
drifted() { api_is "$1" '[.drift.findings[] | "\(.device) \(.object_class)"] | join(",")' drift; }
prove "nothing has drifted yet" eventually 30 drifted ""
prove "marketctl drift says so with exit status 0" exits 0 "${ctl[@]}" drift
world >"$dir/built"
as_built() { world >"$dir/now"; diff "$dir/built" "$dir/now"; }
runs() { api '.runs | length' history; }

# The gateway: the kernel's own announcement, long before the interval is over.
sed -i 's/interval: 10s/interval: 24h/' "$dir/marketd.yaml"
prove "reloaded" exits 0 "${ctl[@]}" reload
before=$(runs)
ip link set eth3 down
prove "a link that a hand has shut is found within seconds" eventually 20 drifted "gw1 link"
prove "marketctl drift exits with 2" exits 2 "${ctl[@]}" drift
prove "it says what is and what should be" says "link[eth3].up is false, designed true" "${ctl[@]}" drift
prove "the metric names device and class" says 'market_drift_changes{device="gw1",object_class="link"} 1' \
  curl -s http://127.0.0.1:9750/metrics
prove "a link is not what the design lets the daemon put right" [ "$(runs)" = "$before" ]
prove "the finding carries its plan" exits 2 "${ctl[@]}" drift --out "$dir/right.json"
prove "which puts it right" exits 0 "${ctl[@]}" apply "$dir/right.json"
prove "the world is as it was built" as_built
prove "and nothing has drifted any more" eventually 30 drifted ""

# The packet filter is enforced.
nft add rule inet marketd forward accept
rule_gone() { ! nft list chain inet marketd forward | grep -qx '[[:space:]]*accept'; }
prove "a rule that a hand has added to the filter is gone within seconds" eventually 30 rule_gone
prove "the world is as it was built" eventually 10 as_built
prove "history says who and that it was kept" api_is "marketd committed" '.runs[0] | "\(.actor) \(.state)"' history
prove "the log names it" grep -q DRIFT_ENFORCED "$dir/marketd.log"
prove "a rollback undoes what the person did, not what the daemon put right" exits 0 "${ctl[@]}" rollback
prove "the link is down again" bash -c "ip -j link show eth3 | jq -e '.[0].flags | index(\"UP\") == null'"

# What was rolled back is not brought back by itself.
sleep 12
prove "a rolled back change is no drift" api_is null '.drift' drift
prove "applied again" exits 0 "${ctl[@]}" apply
prove "as built" as_built

# A switch, by its own trap; it cannot say what has changed, so the device is looked at.
switch=$(api '[.devices[] | select(.id == "sw-1")][0].address' devices)
label=$(snmpwalk -v2c -c public -Oqn "$switch" 1.3.6.1.2.1.31.1.1.1.18 | sed -n '3s/ .*//p')
prove "nothing has drifted" eventually 30 drifted ""
for form in v1 inform; do
  kind=authenticationFailure
  [ $form = v1 ] || kind=warmStart
  prove "a label is changed by hand" snmpset -v2c -c private "$switch" "$label" s "by hand, before a $form"
  sleep 4
  prove "which nobody has told, and the interval is a day" drifted ""
  prove "sw-1 sends a notification ($form)" sim trap sw-1 $kind "$form"
  prove "within seconds it is found" eventually 20 drifted "sw-1 port"
  prove "the event tells why it was looked at" api_is true \
    "any(.events[]; .text | startswith(\"sw-1 sent $kind\"))" events
  prove "put right" exits 0 "${ctl[@]}" apply
  prove "as built" as_built
  prove "nothing has drifted" eventually 30 drifted ""
done

# And at the next look.
sed -i 's/interval: 24h/interval: 10s/' "$dir/marketd.yaml"
prove "reloaded" exits 0 "${ctl[@]}" reload
prove "a label is changed by hand" snmpset -v2c -c private "$switch" "$label" s "by hand"
prove "it is found, by device and class" eventually 40 says " port: 1 changed" "${ctl[@]}" drift
prove "with what it reads" says "is 'by hand', designed" "${ctl[@]}" drift
prove "the daemon stops in order while it looks" kill "$daemon"
wait "$daemon"
prove "and says so" grep -q " STOPPED " "$dir/marketd.log"
