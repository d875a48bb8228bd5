#!/bin/sh
# Runs the scenario that the host names on the port of the tests, a serial one that the kernel's command line
# names; the results go back on it, and the exit code last.
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
RIG_PORT=/dev/$(sed -n 's/.*rig\.port=\([^ ]*\).*/\1/p' /proc/cmdline)
export RIG_PORT
stty -F "$RIG_PORT" raw -echo
cd /rig || exit 1
# The system's Node: a program that runs from /opt/parley counts as Parley.
node --test-reporter=tap --test-reporter-destination="$RIG_PORT" /rig/guest.mjs from-host <"$RIG_PORT"
echo "RIG-EXIT $?" >"$RIG_PORT"
