#!/usr/bin/env bash
# inside.sh BIN_DIR: all that is tested in the lab's guest, in one go; the status is that of the first part that failed.
here=$(cd "$(dirname "$0")" && pwd)
# Debian's programs, not those that a developer has put before them; and all is slower here by far.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin MARKET_PATIENCE=5 CASE_SECONDS=700
status=0
modprobe -a bridge 8021q veth nlmon
part() {
  local name=$1 began=$SECONDS code=0
  shift
  "$@" || code=$?
  echo "lab: $name: status $code after $((SECONDS - began)) s"
  [ $status != 0 ] || status=$code
}
# What is skipped where the kernel has no VLANs must not be skipped here.
vlans() {
  "$1" --gtest_filter='*Vlan*' >/tmp/vlans 2>&1
  local code=$?
  grep -v RUN /tmp/vlans
  grep -q 'PASSED  \] [1-9]' /tmp/vlans && ! grep -q SKIPPED /tmp/vlans && return $code
}
part "VLANs by netlink" vlans "$1/netlink_integration_test"
part "a gateway with VLANs" bash "$here/gateway.sh" "$1"
exit $status
