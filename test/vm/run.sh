#!/usr/bin/env bash
# The virtual Pi: real systemd, a real kernel's GPIO and ALSA, in an emulator, with Parley put on it by its
# own setup script. Usage: test/vm/run.sh amd64|arm64 [SCENARIO...]. The last line is `PASSED FAILED`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
# shellcheck source=test/vm/user-emulation.sh
source test/vm/user-emulation.sh
# shellcheck source=test/vm/base.sh
source test/vm/base.sh
# shellcheck source=test/vm/image.sh
source test/vm/image.sh
# shellcheck source=test/vm/boot.sh
source test/vm/boot.sh
# shellcheck source=test/vm/power-cuts.sh
source test/vm/power-cuts.sh

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

# count OVERLAY NAME: the tests of a boot that is over, as sums, and the end of its console where one failed.
count() {
  local sums
  sums=$(node test/vm/tap.js "$2" <"$1.results") || sums='0 1'
  printf '%s\n' "$sums" >"$1.sums"
  ((${sums#* } == 0)) || {
    warn "the end of the console of $2:"
    tail -n 60 "$1.console" | tr -d '\r' >&2 || :
  }
}

run_scenario() {
  local name=$1 overlay=$2
  make_overlay "$folder" "$overlay"
  case $name in
    power-cut-*) cut_power "$architecture" "$folder" "$overlay" "${name##*-}" ;;
    timer-cut) cut_timer "$architecture" "$folder" "$overlay" ;;
    *) boot "$architecture" "$folder" "$overlay" "$name" ;;
  esac
  touch "$overlay.results"
  count "$overlay" "$name"
  rm -f "$overlay"
}

# In a process of its own; what it says comes out in one piece, at its end.
start_scenario() {
  local name=$1 overlay=$overlays/$1.qcow2 started=$SECONDS
  (
    trap stop_qemu EXIT
    trap 'exit 130' INT TERM HUP
    run_scenario "$name" "$overlay" 2>"$overlay.said" || :
    cat "$overlay.said" >&2
    say "$architecture $name: $(verdict_of "$overlay") ($((SECONDS - started)) s)"
  ) &
}

verdict_of() {
  case $(cat "$1.sums" 2>/dev/null) in
    *' 0') printf 'passed' ;;
    *) printf 'FAILED' ;;
  esac
}

# Every scenario, and every moment at which the power is cut; what comes after a cut is no boot of its own.
all_scenarios() {
  node "$folder/guest.mjs" list | grep -vx 'after-.*' | while IFS= read -r name; do
    if [[ $name == power-cut ]]; then seq -f 'power-cut-%g' "${#POWER_CUTS[@]}"; else printf '%s\n' "$name"; fi
  done
}

# One boot keeps one processor busy, and its clocks do not care how busy the others are.
run_scenarios() {
  local scenario sums passed=0 failed=0
  for scenario in "$@"; do
    while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || :; done
    start_scenario "$scenario"
  done
  wait
  for scenario in "$@"; do
    sums=$(cat "$overlays/$scenario.qcow2.sums" 2>/dev/null) || sums='0 1'
    passed=$((passed + ${sums% *}))
    failed=$((failed + ${sums#* }))
  done
  printf '%d %d\n' "$passed" "$failed" >&3
}

# One run at a time: they share the cache, and the processors.
take_turns() {
  mkdir -p "$(cache_folder)"
  exec 9>"$(cache_folder)/lock"
  flock --nonblock 9 && return
  say 'Waiting for another run of the virtual Pi to end'
  flock 9
}

main() {
  architecture=${1:-amd64}
  shift || :
  [[ $architecture == amd64 || $architecture == arm64 ]] || die "the virtual Pi is amd64 or arm64, not $architecture"
  ((EUID == 0)) || die 'the virtual Pi is built as root: run this with sudo'
  local packages scenarios=("$@")
  mapfile -t packages < <(missing_packages)
  install_debian "${packages[@]}"
  take_turns
  make_base "$architecture"
  make_image "$architecture"
  folder=$(image_folder "$architecture")
  overlays=$(mktemp -d "$(cache_folder)/run-XXXXXX")
  ((${#scenarios[@]} > 0)) || mapfile -t scenarios < <(all_scenarios)
  run_scenarios "${scenarios[@]}"
}

clean_up() {
  local job
  for job in $(jobs -pr); do kill -TERM "$job" 2>/dev/null || :; done
  wait
  [[ -z $overlays ]] || [[ -n ${PARLEY_VM_KEEP:-} ]] || rm -rf "$overlays"
}

overlays=''
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
# What the steps print goes to stderr; stdout is for the sums alone.
main "$@" 3>&1 >&2
