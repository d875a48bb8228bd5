# shellcheck shell=bash
# The power is cut in the middle of an upgrade: the emulator is killed when setup.sh has printed a line, and
# what the kernel had not written by then is lost. The same disk is booted again, and must hold the old
# release or the new one.

# The lines of setup.sh, as the guest passes them on: while the release is put together, at the switch,
# and while the new one is looked at.
readonly POWER_CUTS=(
  '^# setup: ==> Putting release'
  '^# setup: ==> Switching to release'
  '^# setup: ==> Starting the service'
)

# cut_power ARCHITECTURE FOLDER OVERLAY NUMBER: cuts at the moment of that number, from 1 on, and boots again.
cut_power() {
  local overlay=$3 at=${POWER_CUTS[$4 - 1]}
  boot "$1" "$2" "$overlay" power-cut "$at"
  # Without the line there was no cut, and the results of this boot are a failure as they are.
  if grep -qsE "$at" "$overlay.results" && ! grep -q '^RIG-EXIT' "$overlay.results"; then
    say "cut at \"${at#*==> }\""
    boot "$1" "$2" "$overlay" after-power-cut
  fi
}
