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
cut_power() { cut_at "$1" "$2" "$3" power-cut "${POWER_CUTS[$4 - 1]}"; }

# cut_timer ARCHITECTURE FOLDER OVERLAY: cuts as soon as a timer is confirmed, and boots again.
cut_timer() { cut_at "$1" "$2" "$3" timer-cut '^# timer: ==> Set'; }

# cut_at ARCHITECTURE FOLDER OVERLAY SCENARIO LINE: what comes then is the scenario after-SCENARIO.
cut_at() {
  local overlay=$3 at=$5
  boot "$1" "$2" "$overlay" "$4" "$at"
  # Without the line there was no cut, and the results of this boot are a failure as they are.
  if grep -qsE "$at" "$overlay.results" && ! grep -q '^RIG-EXIT' "$overlay.results"; then
    say "cut at \"${at#*==> }\""
    boot "$1" "$2" "$overlay" "after-$4"
  fi
}
