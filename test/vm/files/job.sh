#!/bin/sh
# Runs the scenario that the kernel's command line names, and switches the machine off.
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
RIG_RESULTS=/dev/$(sed -n 's/.*rig\.results=\([^ ]*\).*/\1/p' /proc/cmdline)
export RIG_RESULTS
stty -F "$RIG_RESULTS" raw -echo 2>/dev/null
cd /rig || exit 1
if [ -x /rig/script.sh ]; then
  /rig/script.sh >"$RIG_RESULTS" 2>&1
else
  # The system's own, for whatever runs out of /opt/parley counts as Parley.
  node --test-reporter=tap --test-reporter-destination="$RIG_RESULTS" /rig/guest.mjs
fi
echo "RIG-EXIT $?" >"$RIG_RESULTS"
systemctl poweroff --no-block
