#!/usr/bin/env bash
# The virtual Pi: real systemd, a real kernel's GPIO and ALSA, in an emulator, with Parley put on it by its
# own setup script. Usage: test/vm/run.sh amd64|arm64 [SCENARIO...]. The last line is `PASSED FAILED`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
# shellcheck source=test/vm/base.sh
source test/vm/base.sh
# shellcheck source=test/vm/image.sh
source test/vm/image.sh
# shellcheck source=test/vm/boot.sh
source test/vm/boot.sh
# shellcheck source=test/vm/power-cuts.sh
source test/vm/power-cuts.sh

passed=0
failed=0

missing_packages() {
  wants mmdebstrap has mmdebstrap
  wants e2fsprogs has mke2fs
  wants qemu-utils has qemu-img
  if [[ $architecture == arm64 ]]; then
    wants qemu-system-arm has qemu-system-aarch64
    wants qemu-user-static has qemu-aarch64-static
  else
    wants qemu-system-x86 has qemu-system-x86_64
  fi
}

# count OVERLAY NAME: the tests of a boot that is over.
count() {
  local sums
  sums=$(node test/vm/tap.js "$2" <"$1.results") || sums='0 1'
  passed=$((passed + ${sums% *}))
  failed=$((failed + ${sums#* }))
  ((${sums#* } == 0)) || {
    warn "the end of the console of $2:"
    tail -n 60 "$1.console" | tr -d '\r' >&2 || :
  }
}

run_scenario() {
  local name=$1 overlay=$folder/$1.qcow2 started=$SECONDS before=$failed
  make_overlay "$folder" "$overlay"
  boot "$architecture" "$folder" "$overlay" "$name"
  touch "$overlay.results"
  count "$overlay" "$name"
  say "$architecture $name: $( ((failed == before)) && echo passed || echo FAILED) ($((SECONDS - started)) s)"
  rm -f "$overlay"
}

# What comes after a power cut is no boot of its own.
all_scenarios() { node "$folder/guest.mjs" list | grep -vx 'after-.*'; }

main() {
  architecture=${1:-amd64}
  shift || :
  [[ $architecture == amd64 || $architecture == arm64 ]] || die "the virtual Pi is amd64 or arm64, not $architecture"
  ((EUID == 0)) || die 'the virtual Pi is built as root: run this with sudo'
  local packages scenarios=("$@") scenario
  mapfile -t packages < <(missing_packages)
  install_debian "${packages[@]}"
  make_base "$architecture"
  folder=$(mktemp -d "$(cache_folder)/run-XXXXXX")
  make_image "$architecture" "$folder"
  ((${#scenarios[@]} > 0)) || mapfile -t scenarios < <(all_scenarios)
  for scenario in "${scenarios[@]}"; do
    if [[ $scenario == power-cut ]]; then cut_power "$architecture" "$folder"; else run_scenario "$scenario"; fi
  done
  printf '%d %d\n' "$passed" "$failed" >&3
}

clean_up() {
  stop_qemu
  [[ -z $folder ]] || [[ -n ${PARLEY_VM_KEEP:-} ]] || rm -rf "$folder"
}

folder=''
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
# What the steps print goes to stderr; stdout is for the sums alone.
main "$@" 3>&1 >&2
