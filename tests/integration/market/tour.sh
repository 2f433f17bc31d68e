# The README's five-minute tour, to the letter: its commands are taken from its blocks and run beside a
# quickstart. A command ends with 0, or with what its comment says ("exit 2").
CASE_SECONDS=280
. "$(dirname "$0")/market.bash"

ip link set lo up
export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
# A program in the background would be deaf to SIGINT.
env --default-signal=INT "$top/packaging/quickstart" --bin "$bin" </dev/null >"$dir/marketd.log" 2>&1 &
quickstart=$!
prove "the quickstart has commissioned its market" eventually 150 grep -q 'Runs until Ctrl-C' "$dir/marketd.log"

# blocks: the lines of the tour's blocks.
blocks() { sed -n '/^## Five minutes/,/^## On a real/{/^```sh/,/^```$/p}' "$top/README.md" | sed 's/^```$//; /^```sh/d'; }
# expected COMMAND: what its output must show for its comment to be true; nothing where the status is enough.
expected() {
  case $1 in
    "marketctl status") echo "as designed" ;;
    "marketctl incidents") [ "$off" = 1 ] && echo "sw-2 does not answer" || echo "no incident" ;;
    "marketctl why A-112 card") echo "sw-2" ;;
    "marketctl findings") echo "(stall A-104), the design says" ;;
    "marketctl plan") echo "1 changes in 1 steps" ;;
    "marketctl sweep"*) echo "18 of 254 addresses answered" ;;
    curl*) echo 'market_incident_stalls{cause="sw-2"}' ;;
  esac
}

cd "$top"
off=0 commands=0
while IFS= read -r line; do
  [ -n "$line" ] || continue
  # The programs of this run, in place of those of the release; the tour's first words start it again in the tree.
  case $line in 'export PATH='*) cd "$top" ;; esac
  line=${line//'$PWD/build/release/bin'/$bin}
  comment=${line#*  #}
  [ "$comment" != "$line" ] || comment=
  command=${line%%  #*}
  command=${command%"${command##*[! ]}"}
  wanted=$(grep -o '^ exit [0-9]*' <<<"$comment" | tr -dc 0-9)
  case $command in "sim power-off"*) off=1 ;; "sim power-on"*) off=0 ;; esac
  code=0
  # In this shell, since one command defines what the next one uses.
  eval "$command" </dev/null >"$dir/out" 2>&1 || code=$?
  [ "$code" = "${wanted:-0}" ] || failed "$command"$'\n'"ends with $code, not with ${wanted:-0}:"$'\n'"$(cat "$dir/out")"
  shown=$(expected "$command")
  [ -z "$shown" ] || grep -qF -- "$shown" "$dir/out" ||
    failed "$command"$'\n'"does not say '$shown':"$'\n'"$(cat "$dir/out")"
  echo "proven: $command"
  commands=$((commands + 1))
done < <(blocks)
prove "the tour was found" [ "$commands" -ge 30 ]

kill -INT "$quickstart"
wait "$quickstart"
prove "the quickstart ends" [ $? = 130 ]
