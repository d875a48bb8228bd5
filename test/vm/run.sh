#!/usr/bin/env bash
# The virtual Pi: real systemd, a real kernel's GPIO and ALSA, in an emulator, with Parley installed by its own
# setup script. Usage: test/vm/run.sh [amd64|arm64] [--short | SCENARIO...]; --short runs the part of the
# scenarios that every change is tested with. The last line is `PASSED FAILED`.
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
# shellcheck source=test/vm/qemu.sh
source test/vm/qemu.sh
# shellcheck source=test/vm/snapshot.sh
source test/vm/snapshot.sh

missing_packages() {
  needs mmdebstrap has mmdebstrap
  needs e2fsprogs has mke2fs
  needs qemu-utils has qemu-img
  if [[ $architecture == arm64 ]]; then
    needs qemu-system-arm has qemu-system-aarch64
    needs qemu-user-static has qemu-aarch64-static
  else
    needs qemu-system-x86 has qemu-system-x86_64
  fi
}

# count_results DISK NAME: counts the tests of a machine that was stopped, into DISK.counts.
count_results() {
  local counts
  counts=$(node test/vm/count-tap.js "$2" <"$1.port.out") || counts='0 1'
  printf '%s\n' "$counts" >"$1.counts"
  ((${counts#* } == 0)) || {
    warn "the end of the console of $2:"
    tail -n 60 "$1.console" | tr -d '\r' >&2 || :
  }
}

# run_scenario NAME DISK: from the snapshot. One that asks for a power cut goes on as after-NAME, in a second,
# real boot of the same disk: what the kernel had not written when the emulator was killed is lost.
run_scenario() {
  local name=$1 disk=$2
  cp --reflink=auto --sparse=always "$(snapshot_file "$architecture" "$folder")" "$disk"
  start_qemu "$architecture" "$folder" "$disk" -loadvm "$SNAPSHOT"
  run_machine "$disk" "$name" '^RIG-(EXIT|CUT-POWER)'
  if has_printed "$disk" '^RIG-CUT-POWER'; then
    start_qemu "$architecture" "$folder" "$disk"
    run_machine "$disk" "after-$name" '^RIG-EXIT'
  fi
  count_results "$disk" "$name"
  rm -f "$disk"
}

# In a process of its own; its output comes in one piece, at its end.
start_scenario() {
  local name=$1 disk=$folder_of_run/$1 started=$SECONDS
  (
    trap stop_qemu EXIT
    trap 'exit 130' INT TERM HUP
    run_scenario "$name" "$disk" 2>"$disk.log" || :
    cat "$disk.log" >&2
    say "$architecture $name: $(verdict_of "$disk") ($((SECONDS - started)) s)"
  ) &
}

verdict_of() {
  case $(cat "$1.counts" 2>/dev/null) in
    *' 0') printf 'passed' ;;
    *) printf 'FAILED' ;;
  esac
}

# One machine keeps one processor busy, and its clocks do not depend on how busy the others are.
run_scenarios() {
  local scenario counts passed=0 failed=0 started=$SECONDS
  for scenario in "$@"; do
    while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || :; done
    start_scenario "$scenario"
  done
  wait
  for scenario in "$@"; do
    counts=$(cat "$folder_of_run/$scenario.counts" 2>/dev/null) || counts='0 1'
    passed=$((passed + ${counts% *}))
    failed=$((failed + ${counts#* }))
  done
  say "All scenarios ($((SECONDS - started)) s)"
  printf '%d %d\n' "$passed" "$failed" >&3
}

# One run at a time: they share the cache and the processors.
lock_cache() {
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
  lock_cache
  make_base "$architecture"
  folder=$(image_folder "$architecture")
  make_image "$architecture" "$folder"
  make_snapshot "$architecture" "$folder"
  folder_of_run=$(mktemp -d "$(cache_folder)/run-XXXXXX")
  case ${1:-} in
    '' | --short) mapfile -t scenarios < <(node "$folder/guest.mjs" list "$@") ;;
  esac
  run_scenarios "${scenarios[@]}"
}

clean_up() {
  local job
  stop_qemu
  for job in $(jobs -pr); do kill -TERM "$job" 2>/dev/null || :; done
  wait
  [[ -z $folder_of_run ]] || [[ -n ${PARLEY_VM_KEEP:-} ]] || rm -rf "$folder_of_run"
}

folder_of_run=''
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
# What the steps print goes to stderr; stdout is for the counts alone.
main "$@" 3>&1 >&2
