#!/usr/bin/env bash
# Everything that can be checked without hardware, and on request the virtual Pi (test/vm). Each step runs even where an earlier one failed, so one
# run tells all; the last line is the sum, `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

passed=0
failed=0
failures=()

usage() {
  cat <<'EOT'
Usage: scripts/test.sh [--vm[=ARCHITECTURE] | --with-vm[=ARCHITECTURE]] [VITEST-OPTION...]

Installs what the tests need (as root, or with sudo), then checks the style (biome), the types (tsc) and
the shell scripts (shellcheck), builds, and runs the unit, contract and end-to-end tests (vitest).
Ends with a line `N passed, N failed`: vitest's tests, and one for each other step.
The exit code is 0 where nothing failed.

With --vm the virtual Pi is tested instead: an emulated machine with real systemd and a real kernel's GPIO
and sound, on which Parley is put by its own setup script. ARCHITECTURE is amd64 (default) or arm64.
With --with-vm it is tested as well.

Every VITEST-OPTION goes to vitest, for example test/assistant/assistant.test.ts, or -t 'hangs up'.
EOT
}

has_pulse_plugin() { compgen -G '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so'; }

missing_packages() {
  wants nodejs has node
  wants npm has npm
  wants git has git
  wants build-essential eval 'has g++ && has make'
  wants python3 has python3
  wants libasound2-dev test -f /usr/include/alsa/asoundlib.h
  wants libasound2-plugins has_pulse_plugin
  wants alsa-utils has arecord
  wants pulseaudio has pulseaudio
  wants pulseaudio-utils has pacat
  wants sox has sox
  wants espeak-ng has espeak-ng
  wants socat has socat
  wants openssl has openssl
  wants shellcheck has shellcheck
  wants systemd has systemd-notify
}

# attempt COMMAND...: runs it in a shell of its own, and leaves its exit code in `status`.
attempt() {
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
}

fail() {
  failed=$((failed + ${2:-1}))
  failures+=("$1")
}

# set_up NAME COMMAND...: counted only where it fails.
set_up() {
  local name=$1
  shift
  attempt "$@"
  ((status == 0)) || fail "$name"
}

# check NAME COMMAND...: one step, counted as one.
check() {
  local name=$1
  shift
  say "$name"
  attempt "$@"
  if ((status == 0)); then
    passed=$((passed + 1))
  else
    fail "$name"
  fi
}

install_packages() {
  check_node
  local packages
  mapfile -t packages < <(missing_packages)
  install_debian "${packages[@]}"
  check_node
}

# Each program with the parts that it sources: those alone would seem to use what nobody sets.
check_shell() {
  local scripts
  mapfile -t scripts < <(find . \( -name node_modules -o -name .git \) -prune -o -name '*.sh' \
    -exec awk 'FNR == 1 && /^#!/ { print FILENAME }' {} +)
  shellcheck -x -a .ci/run "${scripts[@]}"
}

run_vitest() {
  local report=$1
  shift
  run_npm --silent test -- --reporter=default --reporter=json --outputFile.json="$report" "$@"
}

check_tests() {
  local report sums
  report=$(mktemp)
  say 'Tests'
  attempt run_vitest "$report" "$@"
  sums=$(node scripts/tally.js "$report" "$status") || sums='0 1'
  rm -f "$report"
  passed=$((passed + ${sums% *}))
  ((${sums#* } == 0)) || fail 'Tests' "${sums#* }"
}

# The virtual Pi prints what it does, and its sums last.
check_vm() {
  local sums
  say "The virtual Pi ($vm)"
  sums=$(test/vm/run.sh "$vm") || sums="${sums:-0 0}"
  [[ $sums =~ ^[0-9]+\ [0-9]+$ && $sums != '0 0' ]] || sums='0 1'
  passed=$((passed + ${sums% *}))
  ((${sums#* } == 0)) || fail 'The virtual Pi' "${sums#* }"
}

finish() {
  for name in "${failures[@]}"; do warn "failed: $name"; done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

main() {
  if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    usage
    return
  fi
  local vm='' alone=false
  case ${1:-} in
    --vm | --with-vm) vm=amd64 ;;
    --vm=* | --with-vm=*) vm=${1#*=} ;;
  esac
  [[ ${1:-} != --vm* ]] || alone=true
  [[ -z $vm ]] || shift
  set_up 'Debian packages' install_packages
  if has_node && has npm; then
    set_up 'npm packages' install_npm developing
    set_up 'Native packages' build_native
    $alone || check 'Style' run_npm --silent run lint
    $alone || check 'Types' run_npm --silent run check
    $alone || check 'Shell scripts' check_shell
    check 'Build' run_npm --silent run build
    $alone || check_tests "$@"
    [[ -z $vm ]] || check_vm
  fi
  finish
}

trap 'exit 130' INT
main "$@"
