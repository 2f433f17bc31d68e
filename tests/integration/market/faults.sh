# Bad input and bad weather: each gets one clear error or state, and the daemon stays up.
CASE_SECONDS=240
. "$(dirname "$0")/market.bash"

start_market --stalls 6 --aps 1 --switches 2
start_daemon
prove "swept" eventually 20 swept

prove "a second daemon on the same state folder is refused, with the pid" says "$daemon" \
  exits 1 "$bin/marketd" --config "$dir/marketd.yaml"
mkdir "$dir/other"
sed "s|state-directory: .*|state-directory: $dir/other|" "$dir/marketd.yaml" >"$dir/other.yaml"
prove "a port already taken is refused by number" says "9750" exits 1 "$bin/marketd" --config "$dir/other.yaml"
prove "an unreadable settings file is named" says "nowhere.yaml" exits 1 "$bin/marketd" --config "$dir/nowhere.yaml"

cp "$dir/market.yaml" "$dir/good.yaml"
sed -i '0,/vid: 20/s//vid: 9999/' "$dir/market.yaml"
prove "a malformed design is refused at reload with its line" says "market.yaml:" "${ctl[@]}" reload
prove "the old one stays in force" eventually 5 api_is false '.config_reload.ok' status
prove "and the daemon answers" exits 0 "${ctl[@]}" status
prove "/metrics says so" bash -c "curl -sf http://127.0.0.1:9750/metrics | grep -q '^market_config_last_reload_successful 0'"
cp "$dir/good.yaml" "$dir/market.yaml"
prove "a good one is taken" exits 0 "${ctl[@]}" reload
kill -HUP "$daemon"
prove "SIGHUP reloads too" eventually 5 api_is true '.config_reload.ok' status

sim dump >"$dir/before"
for lie in accept-and-forget half-apply refuse; do
  sim lie sw-1 $lie
  prove "$lie: apply is rolled back (exit 4 or 5)" bash -c "'$bin/marketctl' apply; [ \$? = 4 -o \$? = 5 ]"
  sim lie sw-1 off
  sim dump >"$dir/after"
  prove "$lie: exactly as before" diff "$dir/before" "$dir/after"
done
sim lie sw-1 lose-set-reply
prove "lost replies: applied all the same, by reading back" exits 0 "${ctl[@]}" apply
sim lie sw-1 off
prove "and as designed" exits 0 "${ctl[@]}" plan
"${ctl[@]}" rollback >/dev/null 2>&1
sim dump >"$dir/after"
prove "rolled back exactly" diff "$dir/before" "$dir/after"

sim lie sw-2 garbage
prove "garbage from a device: planned around, not verified (exit 2)" says "sw-2" "${ctl[@]}" plan
prove "the daemon stays up" exits 0 "${ctl[@]}" status
sim lie sw-2 off

"${ctl[@]}" apply >"$dir/apply" 2>&1 &
apply=$!
sleep 0.6
sim reboot sw-2
wait "$apply"
code=$?
prove "a device that reboots in mid-apply: done, or put back (exit 0, 4 or 5)" bash -c "case $code in 0|4|5) ;; *) exit 1;; esac"
prove "the daemon stays up after it" exits 0 "${ctl[@]}" status
prove "and the next apply gets there" eventually 40 exits 0 "${ctl[@]}" apply
prove "as designed" exits 0 "${ctl[@]}" plan

sed "s|allow-v2c-write:.*||" "$dir/good.yaml" >"$dir/market.yaml"
prove "reload" exits 0 "${ctl[@]}" reload
prove "writing by v2c without a reason in the design is refused" says "allow-v2c-write" exits 1 "${ctl[@]}" apply
cp "$dir/good.yaml" "$dir/market.yaml"
prove "reload" exits 0 "${ctl[@]}" reload

mkdir "$dir/local.d"
echo "waive: [{ id: D306, reason: until the terminals are new, by: kim, until: $(date -d yesterday +%F) }]" >"$dir/local.d/waivers.yaml"
prove "a waiver that has ended does not end the watching" exits 0 "${ctl[@]}" reload
prove "but nothing is changed any more" says "the waiver of D306 has ended" exits 1 "${ctl[@]}" apply
prove "what was done before may be undone" exits 0 "${ctl[@]}" rollback
rm -r "$dir/local.d"
prove "without it" exits 0 "${ctl[@]}" reload
prove "all is as before" exits 0 "${ctl[@]}" apply

kill -TERM "$daemon"
wait "$daemon"
prove "SIGTERM ends it with status 0" [ $? = 0 ]
printf wrong >"$dir/secrets/read-community"
start_daemon
prove "swept with a wrong community" eventually 20 swept
# Long enough for each device to be polled several times; each of them was up a moment ago, and its state is on record.
nobody_up() {
  api_is true '[.devices[] | select(.in_design and (.class == "switch" or .class == "access-point"))] |
    length == 3 and all(.state != "up")' devices
}
prove "in the end not one switch or access point is called up" eventually 20 nobody_up
for _ in 1 2 3 4 5; do
  sleep 1
  prove "and it stays so" nobody_up
done
prove "and the plan says no answer" says "no answer" "${ctl[@]}" plan
kill -TERM "$daemon"; wait "$daemon"
printf public >"$dir/secrets/read-community"

pkill dnsmasq
rm -rf "$dir/state"; mkdir "$dir/state"
mount -t tmpfs -o size=800k tmpfs "$dir/state"
start_daemon
prove "swept" eventually 20 swept
dd if=/dev/zero of="$dir/state/ballast" bs=1k 2>/dev/null
sim set sw-1 1.3.6.1.2.1.1.6.0 s "drifted"
prove "a full disk: apply fails before anything is sent (exit 1)" says "disk" exits 1 "${ctl[@]}" apply
prove "the daemon stays up and says so" exits 0 "${ctl[@]}" status
rm "$dir/state/ballast"
prove "with room again it works" eventually 20 exits 0 "${ctl[@]}" apply

prove "an unreachable range finds nobody, and says what to check" says "nobody answered" \
  exits 0 "${ctl[@]}" sweep 10.64.31.1-10.64.31.5 --timeout 100
prove "no range is a usage error" exits 64 "${ctl[@]}" sweep
prove "a wrong verb is a usage error" exits 64 "${ctl[@]}" frobnicate
prove "no daemon at that port: says so" says "is it running" exits 1 "${ctl[@]}" --api 127.0.0.1:9 status
kill -TERM "$daemon"
wait "$daemon"
pkill dnsmasq
eventually 5 umount "$dir/state"
exit 0
