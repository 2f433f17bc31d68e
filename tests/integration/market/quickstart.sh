# The first thing a newcomer does, as root and as a normal user: it ends with 0 only if everything
# converged, and leaves nothing behind. Run as `bash quickstart.sh BIN_DIR`; 77 = skipped.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
bin=$(cd "$1" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}

failed() { echo "NOT SO: $*" >&2; tail -n 60 "$dir"/*.txt >&2; exit 1; }
# state: what of this machine a quickstart could have changed. Link statistics are not asked for.
state() { ip -o address show; ip route show table all; ip rule show; nft list ruleset 2>/dev/null; ls /run/netns 2>/dev/null; }
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
  [ -z "$(ls -A "$dir/$name")" ] || failed "$name: it leaves no file behind: $(ls -A "$dir/$name")"
  state >"$dir/after"
  diff "$dir/before" "$dir/after" || failed "$name: this machine's network is as before"
  echo "proven: quickstart $name"
}

chmod 755 "$dir"
# Ports that the machine is unlikely to use; on 127.0.0.1 only.
comes_up "as this user" 19751 env
if [ "$(id -u)" = 0 ]; then
  nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)
  if "${nobody[@]}" test -x "$bin/marketd" && "${nobody[@]}" unshare --user --map-root-user --net true 2>/dev/null; then
    comes_up "as a user without rights" 19752 "${nobody[@]}"
  else
    echo "SKIPPED: nobody may not read $bin, or may not make user namespaces"
    exit 77
  fi
fi
