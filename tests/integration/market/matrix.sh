# The crash matrix, on the whole daemon: strace kills it at its N-th call of a kind, while it applies,
# waits, confirms or rolls back. The next start must leave the market exactly before or exactly after, by
# oracles that are not ours (the devices' own dump, iproute2, nft), and history must say which.
#
#   fdatasync  before a record of the journal is durable      sendmmsg  before a packet to a device
#   sendmsg    before a word to the kernel (netlink)          recvmmsg  the device has acted, we do not know yet
#   clone3     before nft, dnsmasq or the guard is started    wait4     before what they did is known
#
# Here a sample of all these points, spread evenly over each verb; MATRIX_EVERY=1 takes all of them (hours:
# MATRIX_SECONDS too, then), MATRIX_EVERY=K MATRIX_OFFSET=O each K-th of each verb after its O-th, MATRIX_VERBS some.
CASE_SECONDS=${MATRIX_SECONDS:-380}
. "$(dirname "$0")/market.bash"
command -v strace >/dev/null || { echo "SKIPPED: strace is missing"; exit 77; }
strace -o /dev/null true 2>/dev/null || { echo "SKIPPED: this machine lets nobody trace a process"; exit 77; }

sample=2 # of each verb
verbs="apply waits confirm rollback"
syscalls="fdatasync sendmmsg recvmmsg sendmsg clone3 wait4"

state() { world && sim dump-startup; }
running() { state >"$dir/now" && cmp -s "$dir/$1" "$dir/now"; }
run_state() { api '.runs[0].state // "none"' history; }
runs() { api '.runs[0].run // 0' history; } # the number of the last: history shows fifty
decided() { api_is true 'all(.runs[]; .ended_ms > 0 or .state == "awaiting-confirm")' history; }
gone() { ! grep -q '^State:.[^ZX]' "/proc/$daemon/status" 2>/dev/null; }

# traced STRACE_OPTION...: strace on every thread of the daemon; not on nft and dnsmasq, which it starts.
traced() {
  : >"$dir/strace.err"
  strace -qq -o "$dir/calls" "$@" -p "$(ls "/proc/$daemon/task" | tr '\n' ' ')" 2>>"$dir/strace.err" &
  tracer=$!
  eventually 10 is_traced || failed "strace does not attach: $(cat "$dir/strace.err")"
}
is_traced() { ! grep -L 'TracerPid:.*[1-9]' /proc/"$daemon"/task/*/status 2>/dev/null | grep -q .; }
untraced() { kill "$tracer" 2>/dev/null; wait "$tracer" 2>/dev/null; }
# bury: a dead daemon stays a zombie until its tracer has ended, which may miss the end of a thread.
bury() { kill -9 "$tracer" 2>/dev/null; wait "$tracer" "$daemon" 2>/dev/null; }
prepare() {
  case $1 in
    confirm) "${ctl[@]}" apply --confirm-within 600 >/dev/null 2>&1 ;;
    rollback) "${ctl[@]}" apply >/dev/null 2>&1 ;;
  esac
}
act() {
  case $1 in
    waits) timeout 60 "${ctl[@]}" apply --confirm-within 600 ;;
    *) timeout 60 "${ctl[@]}" "$1" ;;
  esac >"$dir/act" 2>&1
}
to_before() {
  local try
  for try in 1 2 3; do
    running before && return
    "${ctl[@]}" rollback >"$dir/act" 2>&1
  done
  running before || { diff "$dir/before" "$dir/now"; cat "$dir/act"; return 1; }
}

# No sweep finds anything and no poll comes in between: the calls are those of the change.
export MARKET_SWEEP_RANGES=10.64.0.200/32 MARKET_POLL_INTERVAL=1h
start_market --stalls 2 --aps 2 --switches 3
sed -i '/role: unused/d' "$dir/market.yaml"
start_daemon
prove "swept" eventually 20 swept
state >"$dir/before"

# no_packet_before_its_record: of "$dir/calls", no SET (0xa3 = \243) and no order to the kernel while a record of the journal
# is written and not synced; and of each step two records, before and after it.
no_packet_before_its_record() {
  local thread # that keeps the journal: others write to the store, too
  thread=$(awk '/fdatasync\(.*-wal>/ { n[$1]++ } END { for (t in n) if (n[t] > m) { m = n[t]; most = t } print most }' "$dir/calls")
  awk -v steps="$steps" -v thread="$thread" '
    $1 == thread && /pwrite64\(.*-wal>/ { open = 1 }
    $1 == thread && ((/fdatasync\(.*-wal>/ && !/unfinished/) || /fdatasync resumed/) { open = 0; syncs++ }
    (/sendmmsg\(/ && /\\243/) || (/sendmsg\(.*NETLINK/ && !/RTM_GET/) { words++; early += open }
    END {
      print "matrix: " steps " steps, " syncs " syncs of the journal, " words " SETs and orders, " early + 0 " of them too early"
      exit !(steps > 0 && syncs >= 2 * steps && words >= steps && early == 0)
    }' "$dir/calls"
}

# How many calls of each kind each verb makes, and what "after" is.
: >"$dir/all"
steps=$("${ctl[@]}" -o json plan | jq '.steps | length')
for verb in $verbs; do
  prepare $verb
  traced -yy -e "trace=$(tr ' ' , <<<"$syscalls"),pwrite64"
  act $verb || failed "nobody kills '$verb': $(cat "$dir/act")"
  untraced
  case $verb in
    apply)
      prove "no packet is sent before its record is durable" no_packet_before_its_record
      state >"$dir/after"
      ;;
    waits) state >"$dir/waiting" ;;
  esac
  # strace counts by thread: of each kind, the thread that has most.
  for syscall in $syscalls; do
    most=$(awk -v call="$syscall(" 'index($2, call) == 1 { n[$1]++ } END { for (t in n) if (n[t] > m) m = n[t]; print m + 0 }' "$dir/calls")
    for ((n = 1; n <= most; n++)); do echo "$verb $syscall $n"; done >>"$dir/all"
  done
  to_before || failed "before"
done
prove "before and after differ" bash -c "! cmp -s '$dir/before' '$dir/after'"
index=0
: >"$dir/chosen"
for verb in ${MATRIX_VERBS:-$verbs}; do
  grep "^$verb " "$dir/all" >"$dir/of-verb"
  total=$(wc -l <"$dir/of-verb")
  every=${MATRIX_EVERY:-$((total / sample))}
  offset=${MATRIX_OFFSET:-$((every * index / 4))} index=$((index + 1))
  awk -v k="$every" -v o="$offset" '(NR - 1) % k == o % k' "$dir/of-verb" >>"$dir/chosen"
  echo "matrix: $verb has $total points; each ${every}th from $offset"
done
killed=0 survived=0 ended_before=0 ended_after=0 waiting=0
while read -r verb syscall n <&3; do
  point="$verb, $syscall $n"
  prepare $verb
  known=$(runs)
  traced -e "trace=$syscall" -e "inject=$syscall:signal=KILL:when=$n"
  if act $verb; then # a call fewer than when they were counted
    untraced
    survived=$((survived + 1))
    prove "$point: not reached, and so" to_before
    continue
  fi
  eventually 10 gone || failed "$point: neither done nor dead: $(cat "$dir/act")"
  bury
  killed=$((killed + 1))
  start_daemon >/dev/null
  prove "$point: decided" eventually 60 decided
  # A run that was not on the disk yet never was: the state is that of the run before.
  case $verb/$(run_state)/$(($(runs) - known)) in
    apply/rolled-back/* | apply/none/0) expected=before ;;
    apply/committed/1) expected=after ;;
    waits/rolled-back/* | waits/none/0) expected=before ;;
    waits/awaiting-confirm/1) expected=waiting ;;
    confirm/awaiting-confirm/0) expected=waiting ;;
    confirm/committed/0) expected=after ;;
    rollback/rolled-back/0) expected=before ;;
    rollback/committed/0) expected=after ;;
    *) failed "$point: history says '$(run_state)', with $(($(runs) - known)) new runs" ;;
  esac
  running $expected || failed "$point: history says '$(run_state)', but it is not exactly $expected: $(diff "$dir/$expected" "$dir/now" | head -n 20)"
  echo "$point: exactly $expected"
  case $expected in
    before) ended_before=$((ended_before + 1)) ;;
    after) ended_after=$((ended_after + 1)) ;;
    waiting) waiting=$((waiting + 1)) ;;
  esac
  to_before || failed "$point: a rollback after it is not exact"
done 3<"$dir/chosen"
echo "matrix: $killed killed, $survived not reached; exactly before $ended_before, exactly after $ended_after, waiting $waiting"
prove "most points are reached" [ "$killed" -gt "$survived" ]
