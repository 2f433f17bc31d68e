# The first thing a newcomer does, as root and as a normal user: it ends with 0 only if everything
# converged, or runs until Ctrl-C, and leaves nothing behind. Run as `bash quickstart.sh BIN_DIR`; 77 = skipped.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
bin=$(cd "$1" && pwd)
dir=$(mktemp -d)
running=
trap '[ -z "$running" ] || kill -TERM -- -"$running" 2>/dev/null; rm -rf "$dir"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}

failed() { echo "NOT SO: $*" >&2; tail -n 60 "$dir"/*.txt >&2; exit 1; }
# state: what of this machine a quickstart could have changed. Link statistics are not asked for.
state() { ip -o address show; ip route show table all; ip rule show; nft list ruleset 2>/dev/null; ls /run/netns 2>/dev/null; }
# left_behind NAME: nothing of a quickstart is, no file, no process and no change of this machine's network.
left_behind() {
  local name=$1 process
  [ -z "$(ls -A "$dir/$name")" ] || failed "$name: it leaves no file behind: $(ls -A "$dir/$name")"
  # All that it starts has a file of its folder among its words. The pattern does not match itself.
  process=$(grep -las "$(basename "$dir")/[a-z ]*/marketd-quickstart" /proc/[0-9]*/cmdline)
  [ -z "$process" ] || failed "$name: it leaves no process behind: $process $(tr '\0' ' ' <"${process%%$'\n'*}")"
  state >"$dir/after"
  diff "$dir/before" "$dir/after" || failed "$name: this machine's network is as before"
}
# comes_up NAME PORT COMMAND...: the quickstart, started by COMMAND, converges and leaves nothing behind.
comes_up() {
  local name=$1 port=$2
  shift 2
  state >"$dir/before"
  mkdir -m 777 "$dir/$name"
  timeout -k 5 200 "$@" env TMPDIR="$dir/$name" HOME=/nonexistent "$top/packaging/quickstart" --once \
    --stalls 40 --port "$port" --bin "$bin" </dev/null >"$dir/$name.txt" 2>&1 || failed "quickstart $name ends with 0, not $?"
  grep -q '개통 완료' "$dir/$name.txt" || failed "$name: it says that the market is as designed"
  grep -q ' 0 down, 0 unreachable, 0 suspect, 0 not heard yet' "$dir/$name.txt" || failed "$name: every device is up"
  left_behind "$name"
  echo "proven: quickstart $name"
}
# within SECONDS COMMAND...: it succeeds in time.
within() {
  local until=$((SECONDS + $1 * ${MARKET_PATIENCE:-1}))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.2
  done
}
gone() { ! kill -0 "$running"; }
# serves NAME PORT: without --once it stays, its page and /metrics are there, and Ctrl-C ends it.
serves() {
  local name=$1 port=$2
  state >"$dir/before"
  mkdir "$dir/$name"
  # As in a terminal: SIGINT goes to all of them, and is not ignored as it is by what runs in the background.
  setsid env --default-signal=INT TMPDIR="$dir/$name" HOME=/nonexistent "$top/packaging/quickstart" \
    --stalls 12 --port "$port" --bin "$bin" </dev/null >"$dir/$name.txt" 2>&1 &
  running=$!
  within 45 grep -q 'Runs until Ctrl-C' "$dir/$name.txt" || failed "$name: it says that it runs until Ctrl-C"
  local page metrics
  page=$(sed -n 's/^ *page *\(http[^ ]*\).*/\1/p' "$dir/$name.txt")
  metrics=$(sed -n 's/^ *metrics *\(http[^ ]*\).*/\1/p' "$dir/$name.txt")
  curl -sf -m 5 "$page" | grep -i '<html' >/dev/null || failed "$name: the page is at '$page'"
  curl -sf -m 5 "$metrics" | grep '^market_device_up{.*} 1$' >/dev/null || failed "$name: the metrics are at '$metrics'"
  ! gone || failed "$name: it is still there"
  kill -INT -- -"$running"
  within 10 gone || failed "$name: it ends within ten seconds of Ctrl-C"
  wait "$running"
  [ $? = 130 ] || failed "$name: it ends as what SIGINT has ended"
  running=
  ! curl -s -m 2 -o /dev/null "$page" || failed "$name: nobody listens any more"
  left_behind "$name"
  echo "proven: quickstart $name"
}

chmod 755 "$dir"
# Ports that the machine is unlikely to use; on 127.0.0.1 only.
comes_up "as this user" 19751 env
serves "until told to stop" 19753
if [ "$(id -u)" = 0 ]; then
  nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)
  if "${nobody[@]}" test -x "$bin/marketd" && "${nobody[@]}" unshare --user --map-root-user --net true 2>/dev/null; then
    comes_up "as a user without rights" 19752 "${nobody[@]}"
  else
    echo "SKIPPED: nobody may not read $bin, or may not make user namespaces"
    exit 77
  fi
fi
