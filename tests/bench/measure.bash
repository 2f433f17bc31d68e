# What the parts of tests/bench/run share. Needs $bin, $work, $runs and pids.

left_out() { echo "  LEFT OUT: $*"; }
has() { command -v "$1" >/dev/null || { left_out "$1 is not installed"; return 1; }; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# start_farm PORT [OPTION...]: 10,000 terminals, 1,000 access points, 200 switches of 48 ports, and a
# /16 in which 2,000 of 65,536 addresses answer.
start_farm() {
  "$work/agentfarm" --port "$@" --range 127.1.0.1-127.1.39.16=terminal \
    --range 127.2.0.1-127.2.3.232=ap --range 127.4.0.1-127.4.0.200=switch48 \
    --range 127.8.0.16-127.8.249.240/32=terminal >/dev/null &
  pids+=($!)
}

# field NAME: the number behind NAME in each line of the input ("us/poll 3.9").
field() { sed -n "s|.*$1 \\([0-9.]*\\).*|\\1|p"; }

# in_turn NAME_A COMMAND_A NAME_B COMMAND_B: both, $runs times in turn, so that noise meets both;
# their output in $work/NAME.
in_turn() {
  rm -f "$work/$1" "$work/$3"
  for _ in $(seq "$runs"); do
    eval "$2" >>"$work/$1"
    eval "$4" >>"$work/$3"
  done
}

# timed COMMAND...: its output goes to $work/out; prints "wall CPU", seconds.
timed() {
  local TIMEFORMAT='%R %U %S'
  { time "$@" >"$work/out" 2>"$work/err"; } 2>&1 | awk '{ printf "%.2f %.2f\n", $1, $2 + $3 }'
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
