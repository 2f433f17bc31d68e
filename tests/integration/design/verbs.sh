#!/usr/bin/env bash
# verbs.sh MARKETCTL: `marketctl check` and `marketctl design` as a person types them.
set -euo pipefail
marketctl=$1
dir=$(mktemp -d /tmp/market-design-XXXXXX)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
failed=0

# expect WHAT STATUS WORDS COMMAND...: the command ends with STATUS and prints WORDS.
expect() {
  local what=$1 status=$2 words=$3 got=0
  shift 3
  local said
  said=$("$@" 2>&1) || got=$?
  if [ "$got" = "$status" ] && grep -qF -- "$words" <<<"$said"; then
    echo "ok: $what"
  else
    echo "FAILED: $what: status $got (wanted $status), wanted '$words' in:"
    echo "$said" | head -20
    failed=1
  fi
}

cat >standard.yaml <<'END'
zones:
  - { id: payment, vid: 20, prefix: 10.64.4.0/23, trust: cardholder }
  - { id: parking, vid: 999, trust: none }
END
cat >market.yaml <<'END'
schema: 1
kind: market-design
extends: [standard.yaml]
site: { id: m1 }
ssids:
  - { id: pos, name: Pos, zone: payment, security: wpa2-personal }
END
mkdir local.d
echo 'zones: { parking: null, payment: { vid: 21 } }' >local.d/a.yaml

expect "a finding is an error until somebody answers for it" 1 "market.yaml:6:52: error: D306" "$marketctl" check market.yaml
cat >local.d/b.yaml <<END
waive:
  - { id: D306, at: pos, reason: 단말기 교체 전까지, by: 김감리, until: $(date -d tomorrow +%F) }
END
expect "and is told as waived then" 0 "waived: D306" "$marketctl" check --strict market.yaml
cp local.d/b.yaml later
sed -i "s/until: .*}/until: $(date -d yesterday +%F) }/" local.d/b.yaml
expect "a waiver ends" 1 "its waiver ended on" "$marketctl" check market.yaml
mv later local.d/b.yaml

mkdir warned
cat >warned/market.yaml <<'END'
schema: 1
kind: market-design
site: { id: m1 }
zones:
  - { id: fddi, vid: 1003, prefix: 10.64.4.0/23, trust: internal }
END
expect "a warning is told" 0 "market.yaml:5:22: warning: D005" "$marketctl" check warned/market.yaml
expect "and is an error with --strict" 1 "market.yaml:5:22: warning: D005" "$marketctl" check --strict warned/market.yaml

expect "a value that a layer changed says so" 0 "vid: 21  # local.d/a.yaml:1:41" "$marketctl" design show --origin market.yaml
expect "a value below it says its own file" 0 "prefix: 10.64.4.0/23  # standard.yaml:2:37" "$marketctl" design show --origin market.yaml
expect "a value of nobody's says so" 0 "timezone: Asia/Seoul  # (default)" "$marketctl" design show --origin market.yaml
if "$marketctl" design show market.yaml | grep -q parking; then
  echo "FAILED: null deletes" && failed=1
fi
"$marketctl" design show market.yaml >shown.yaml
mkdir other && cp shown.yaml other/market.yaml
expect "what is shown is a design by itself, and the same" 0 "" "$marketctl" design diff market.yaml other/market.yaml
sed -i 's/vid: 21/vid: 22/' other/market.yaml
expect "a difference has both places" 2 "~ zones[payment].vid: 21 -> 22  (local.d/a.yaml:1:41, other/market.yaml:" "$marketctl" design diff market.yaml other/market.yaml
expect "as JSON too" 2 '"path": "zones[payment].vid"' "$marketctl" -o json design diff market.yaml other/market.yaml
sed -i 's/qbridge/x/; s/standard.yaml/gone.yaml/' market.yaml
expect "a standard that is not there is told where it is named" 1 "market.yaml:3:11: error: D006: 'extends': cannot read 'gone.yaml'" "$marketctl" check market.yaml
expect "wrong words are a usage error" 64 "design takes" "$marketctl" design shew market.yaml
cat >profiled.yaml <<'END'
schema: 1
kind: market-design
site: { id: m1 }
zones: [{ id: mgmt, vid: 10, prefix: 10.64.0.0/24, trust: infrastructure }]
aps: [{ id: ap-1, profile: sim-app, address: 10.64.0.31 }]
END
mv local.d away
expect "a profile that is not installed is told" 1 "D006: there is no profile 'sim-app', which 'ap-1' names; did you mean 'sim-ap'?" "$marketctl" check profiled.yaml
exit $failed
