#!/usr/bin/env bash
# labels.sh MARKETCTL SOURCE: what a telephone reads off the printed labels, by zbar; what a person
# reads, by poppler. Both as PDF and as SVG, over several pages.
set -euo pipefail
marketctl=$1 example=$2/config/share/examples/market-small.yaml
dir=$(mktemp -d /tmp/market-labels-XXXXXX)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
# What fontconfig and cairo keep until the end of a program.
printf 'leak:libfontconfig\nleak:libcairo\n' >leaks
export LSAN_OPTIONS=suppressions=$dir/leaks:print_suppressions=0

scan() { zbarimg --quiet --raw "$@" 2>/dev/null | sort -V; }
failed=0
same() { # WHAT WANTED GOT
  if [ "$2" = "$3" ]; then echo "ok: $1"; else
    printf 'FAILED: %s\nwanted:\n%s\ngot:\n%s\n' "$1" "$2" "$3"
    failed=1
  fi
}

"$marketctl" labels stalls "$example" --out stalls.pdf >files
same "one file of all pages" stalls.pdf "$(cat files)"
pdftoppm -r 300 -png stalls.pdf stalls
wanted=$(printf 'http://10.64.0.1:9750/#/stalls/%s\n' A-101 A-102 A-103 B-101 B-102 B-103)
same "every stall's label leads to its page" "$wanted" "$(scan stalls-*.png)"
same "and says whose it is, in Korean" 1 "$(pdftotext stalls.pdf - | grep -c '대구상회')"

# 30 stalls are two pages.
sed '/^stalls:/q' "$example" >many.yaml
for i in $(seq 1 30); do echo "  - { id: C-$i, state: vacant }" >>many.yaml; done
sed -i '/stall: /d' many.yaml
"$marketctl" labels stalls many.yaml --out c.svg --url http://gw.market:80/ >files
same "pages of SVG lie beside each other" "$(printf 'c.svg\nc-2.svg')" "$(cat files)"
for page in c c-2; do rsvg-convert -d 300 -p 300 "$page.svg" -o "$page.png"; done
same "with the address that was asked for" "$(printf 'http://gw.market:80/#/stalls/C-%s\n' $(seq 1 30))" "$(scan c.png c-2.png)"

"$marketctl" labels ports "$example" --out ports.pdf >/dev/null
pdftoppm -r 300 -png ports.pdf ports
same "a stall's port leads to the stall, and no other to it" 5 "$(scan ports-*.png | grep -c '#/stalls/')"
same "any other port leads to the devices" 7 "$(scan ports-*.png | grep -c "#/devices$")"

status=0
"$marketctl" labels stalls "$example" --out /nowhere/at/all.pdf 2>why || status=$?
same "a file that cannot be written is one sentence" "1 /nowhere/at/all.pdf" "$status $(grep -o '/nowhere/at/all.pdf' why)"
exit $failed
