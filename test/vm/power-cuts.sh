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

# cut_power ARCHITECTURE FOLDER
cut_power() {
  local architecture=$1 folder=$2 at number=0 overlay
  for at in "${POWER_CUTS[@]}"; do
    number=$((number + 1))
    overlay=$folder/power-cut-$number.qcow2
    make_overlay "$folder" "$overlay"
    boot "$architecture" "$folder" "$overlay" power-cut "$at"
    if grep -qE "$at" "$overlay.results" 2>/dev/null && ! grep -q '^RIG-EXIT' "$overlay.results"; then
      say "$architecture power-cut $number: cut at \"${at#*==> }\""
      boot "$architecture" "$folder" "$overlay" after-power-cut
    fi
    # Without the line there was no cut, and the results of the first boot have no plan: a failure.
    count "$overlay" "power-cut $number"
    rm -f "$overlay"
  done
}
