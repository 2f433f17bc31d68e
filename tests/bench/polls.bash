# Polls: T, one GET of 12 OIDs; A, an access point; S, a 48-port switch. Part of tests/bench/run.

oids="1.3.6.1.2.1.1.3.0 1.3.6.1.2.1.1.5.0 1.3.6.1.2.1.2.2.1.8.1 1.3.6.1.2.1.2.2.1.10.1 1.3.6.1.2.1.2.2.1.16.1 1.3.6.1.2.1.2.2.1.14.1 1.3.6.1.2.1.2.2.1.20.1 1.3.6.1.2.1.31.1.1.1.6.1 1.3.6.1.2.1.31.1.1.1.10.1 1.3.6.1.2.1.25.1.6.0 1.3.6.1.2.1.25.3.3.1.2.1 1.3.6.1.2.1.25.2.3.1.6.1"
floor() { "$work/floor" --port 16161 --range "$1" --rounds "$2" --window "$3" "${@:4}"; }
ours() { "$bin/poll_bench" "$1" "$2" 16161 "$3" "$4" "${@:5}"; }

echo "T: CPU microseconds per poll (one GET of 12 OIDs, 10,000 agents, $runs runs in turn, medians)"
in_turn floor-T 'floor 127.1.0.1-127.1.39.16 5 512 --get "$oids"' \
  ours-T 'ours 127.1.0.1 10000 5 512 $oids'
floor_t=$(field us/poll <"$work/floor-T" | median) ours_t=$(field us/poll <"$work/ours-T" | median)
echo "  floor $floor_t   marketd $ours_t   ratio $(ratio "$ours_t" "$floor_t")"
sed -n 's/.*\(retries [0-9]* drops [0-9]*\).*/  \1/p' "$work/ours-T" | sort | uniq -c

if has braa; then
  read -r _ cpu < <(timed braa -t 2 "public@127.1.0.1-127.1.3.232:16161:.${oids// /,.}")
  echo "  braa $(awk -v c="$cpu" 'BEGIN { printf "%.1f", c * 1000 }') (1,000 agents), $(grep -c 'ms:' "$work/out" || true) answers of 12,000"
fi
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1e6 / hz }' "/proc/$1/stat"; }
if has prometheus-snmp-exporter && has curl; then
  {
    printf 'bench:\n  auth: { community: public }\n  get: [%s]\n  metrics:\n' "${oids// /, }"
    n=0
    for oid in $oids; do
      printf '  - { name: m%d, oid: %s, type: gauge, help: m }\n' $((n += 1)) "${oid%.*}"
    done
  } >"$work/snmp.yml"
  prometheus-snmp-exporter --config.file="$work/snmp.yml" --web.listen-address=127.0.0.1:19116 2>"$work/exporter.log" &
  exporter=$!
  pids+=("$exporter")
  for _ in $(seq 50); do curl -sf -o "$work/first" "http://127.0.0.1:19116/" && break; sleep 0.1; done
  for i in $(seq 0 3); do for j in $(seq 1 250); do
    printf 'url = "http://127.0.0.1:19116/snmp?target=127.1.%d.%d:16161&module=bench"\noutput = "%s/scrape"\n' "$i" "$j" "$work"
  done; done >"$work/urls"
  before=$(cpu_of $exporter)
  curl -sf --no-progress-meter --parallel --parallel-max 16 -K "$work/urls" || true
  after=$(cpu_of $exporter)
  echo "  snmp_exporter $(awk -v a="$after" -v b="$before" 'BEGIN { printf "%.0f", (a - b) / 1000 }') (1,000 scrapes)"
  kill $exporter
fi
if has collectd; then
  # All 12 objects in one GET, as ours; nothing is written anywhere.
  {
    printf 'bench12 '
    for n in $(seq 12); do printf '%sv%d:GAUGE:U:U' "$([ "$n" = 1 ] || echo ', ')" "$n"; done
    echo
  } >"$work/types.db"
  {
    printf 'Hostname "bench"\nInterval 5\nReadThreads 8\nBaseDir "%s"\nPIDFile "%s/collectd.pid"\nTypesDB "%s/types.db"\nLoadPlugin snmp\n<Plugin snmp>\n' \
      "$work" "$work" "$work"
    printf '<Data "poll">\n  Type "bench12"\n  Table false\n  Instance ""\n  Values %s\n</Data>\n' "$(printf '"%s" ' $oids)"
    for i in $(seq 0 3); do for j in $(seq 1 250); do
      printf '<Host "h-%d-%d">\n  Address "127.1.%d.%d:16161"\n  Version 2\n  Community "public"\n  Collect "poll"\n  Interval 5\n</Host>\n' \
        "$i" "$j" "$i" "$j"
    done; done
    echo '</Plugin>'
  } >"$work/collectd.conf"
  collectd -f -C "$work/collectd.conf" >"$work/collectd.log" 2>&1 &
  collectd=$!
  pids+=("$collectd")
  datagrams() { awk '/^Udp: [0-9]/ { print $5 }' /proc/net/snmp; }
  sleep 10
  before=$(cpu_of $collectd) sent=$(datagrams)
  sleep 30
  after=$(cpu_of $collectd)
  # Questions and answers are counted by the same kernel.
  echo "  collectd $(awk -v a="$after" -v b="$before" -v n="$((($(datagrams) - sent) / 2))" \
    'BEGIN { if (n > 0) printf "%.1f (%d polls, 1,000 agents)", (a - b) / n, n; else print "polls nothing" }')"
  kill $collectd
fi
if has snmpget; then
  read -r _ cpu < <(timed bash -c "for i in \$(seq 50); do MIBS= snmpget -v2c -cpublic -On 127.1.0.\$i:16161 $oids; done")
  echo "  snmpget $(awk -v c="$cpu" 'BEGIN { printf "%.0f", c * 1e6 / 50 }') (50 processes)"
fi

echo "the same against the number of devices (50,000 polls each)"
for n in 100 300 1000 3000 10000; do
  f=$(floor "127.1.0.1-127.1.$((n / 256)).$((n % 256))" $((50000 / n)) 512 --get "$oids" | field us/poll)
  o=$(ours 127.1.0.1 "$n" $((50000 / n)) 512 $oids | field us/poll)
  awk -v n="$n" -v f="$f" -v o="$o" 'BEGIN {
    bar = ""; for (i = 0; i < o * 4; i++) bar = bar (i < f * 4 ? "#" : "+")
    printf "  %6d devices  floor %5.2f  marketd %5.2f  %s\n", n, f, o, bar }'
done

# tables NAME WHAT RANGE FIRST COUNT [QUESTION...]: a poll of several PDUs. The floor sends what a walk
# of 25 repetitions needs.
tables() {
  local name=$1 what=$2 range=$3 first=$4 count=$5 fu fr ou or
  shift 5
  local questions=$*
  echo "$name: CPU microseconds per poll ($what, $count agents, $runs runs in turn, medians)"
  in_turn "floor-$name" "floor $range 5 64 --plan '$work/plan-$name'" \
    "ours-$name" "ours $first $count 5 64 $questions"
  fu=$(field us/poll <"$work/floor-$name" | median) ou=$(field us/poll <"$work/ours-$name" | median)
  fr=$(wc -l <"$work/plan-$name")
  or=$(awk -v r="$(field requests <"$work/ours-$name" | median)" -v n=$((5 * count)) 'BEGIN { print r / n }')
  awk -v fu="$fu" -v fr="$fr" -v ou="$ou" -v or="$or" 'BEGIN {
    printf "  floor %.1f in %d packets   marketd %.1f in %.1f packets   ratio %.2f, per packet %.2f\n", fu, fr, ou, or, ou / fu, ou / or / (fu / fr) }'
}
if has snmpbulkwalk; then
  MIBS='' python3 "$farm/mkplan.py" 16161 25 "$work"
  system=
  for i in $(seq 1 7); do system+=" 1.3.6.1.2.1.1.$i.0"; done
  columns=
  for i in $(seq 1 22); do columns+=" 1.3.6.1.2.1.2.2.1.$i"; done
  for i in $(seq 1 19); do columns+=" 1.3.6.1.2.1.31.1.1.1.$i"; done
  tables A "a GET of 7, ifXTable and stations" 127.2.0.1-127.2.3.232 127.2.0.1 1000 \
    "$system --table 1.3.6.1.2.1.31.1.1.1 --table 1.3.6.1.4.1.32473.1.2.1"
  tables S "ifTable and ifXTable, 1,968 rows" 127.4.0.1-127.4.0.200 127.4.0.1 200 "--table $columns"
  read -r _ cpu < <(timed bash -c 'for i in $(seq 20); do for t in 2.2 31.1.1; do MIBS= snmpbulkwalk -v2c -cpublic -On -Cr25 127.4.0.$i:16161 1.3.6.1.2.1.$t; done; done')
  echo "  snmpbulkwalk $(awk -v c="$cpu" 'BEGIN { printf "%.0f", c * 1e6 / 20 }') (20 switches, two processes each)"
fi
