# Bad weather for ten minutes (SOAK_SECONDS): 10 % loss and 50 ms of delay, reboots, lies, power
# cuts, swaps. At the end, when the sky clears, no device is forgotten and the memory is flat.
seconds=${SOAK_SECONDS:-600}
CASE_SECONDS=$((seconds + 200))
# Sanitized programs keep what was freed for a while: little of it, or the memory cannot be flat.
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=4:thread_local_quarantine_size_kb=64
. "$(dirname "$0")/market.bash"

sim_state=--as-built
start_market --stalls 40 --aps 3 --switches 4
start_daemon
exits 0 "${ctl[@]}" apply || true
prove "all of the design is up before" eventually 60 all_up
all=$(api '[.devices[] | select(.in_design)] | length' devices)
rss() { awk '/^VmRSS/ { print $2 }' "/proc/$daemon/status"; }

sim lose '10%'
sim delay 50 ms
end=$((SECONDS + seconds)) turn=0 settled=
while [ $SECONDS -lt $end ]; do
  turn=$((turn + 1))
  switch=sw-$((turn % 3 + 2)) ap=ap-$((turn % 3 + 1))
  case $((turn % 6)) in
    0) sim reboot "$switch" ;;
    1) sim lie "$switch" garbage; sleep 2; sim lie "$switch" off ;;
    2) sim power-off "$switch"; sleep 3; sim power-on "$switch" ;;
    3) sim unplug "$ap"; sleep 2; sim plug "$ap" ;;
    4) sim lie "$ap" half-apply; sleep 1; sim lie "$ap" off ;;
    5) curl -sf http://127.0.0.1:9750/metrics >/dev/null; curl -sf -X POST -H 'Content-Type: application/json' http://127.0.0.1:9750/api/v1/sweep >/dev/null ;;
  esac
  sleep 1
  # What a third of the weather has made of the memory is what the rest is held against.
  [ -n "$settled" ] || [ $SECONDS -lt $((end - seconds * 2 / 3)) ] || settled=$(rss)
done
prove "the daemon is the same that was started" kill -0 "$daemon"
now=$(rss)
echo "$turn turns of weather in $seconds s; RSS $settled kB after a third, $now kB at the end"
prove "its memory is flat (within 10 %)" [ "$now" -le $((settled * 11 / 10)) ]
sim lose '0%'
sim delay 0 ms
prove "every device is up again" eventually 90 all_up
prove "none is forgotten" api_is "$all" '[.devices[] | select(.in_design)] | length' devices
prove "no incident is left" eventually 60 api_is 0 '.incidents | length' incidents
