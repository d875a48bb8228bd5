#!/usr/bin/env bash
# All tests that need no hardware, or those on the virtual Pi (test/vm). Each step runs even where an earlier one
# failed, so one run shows every failure. The last line is the sum, `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

passed=0
failed=0
failures=()
times=()
vm=''
short=false
vitest_options=()

usage() {
  cat <<'EOT'
Usage: scripts/test.sh [--vm[=ARCHITECTURE]] [--short] [VITEST-OPTION...]

Installs what the tests need (as root, or with sudo), then checks the style (biome), the types (tsc) and
the shell scripts (shellcheck), builds, and runs the unit, contract and end-to-end tests (vitest).
Prints the time of each step, and ends with a line `N passed, N failed`: vitest's tests, and one for each
other step. The exit code is 0 where nothing failed.

  --short  only builds, runs one turn of `parley try`, and runs the contract suites
  --vm     tests the virtual Pi instead: an emulated machine with real systemd and a real kernel's GPIO and
           sound, on which Parley is installed by its own setup script. ARCHITECTURE is amd64 (default) or
           arm64. With --short: the part of its scenarios that every change is tested with

Every VITEST-OPTION goes to vitest, for example test/assistant/assistant.test.ts, or -t 'hangs up'.
EOT
}

read_options() {
  while (($# > 0)); do
    case $1 in
      --vm) vm=amd64 ;;
      --vm=*) vm=${1#*=} ;;
      --short) short=true ;;
      *) break ;;
    esac
    shift
  done
  vitest_options=("$@")
  [[ $vm =~ ^(|amd64|arm64)$ ]] || {
    warn "--vm=$vm is not known: it is amd64 or arm64"
    exit 64
  }
}

has_pulse_plugin() { compgen -G '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so'; }

missing_packages() {
  needs nodejs has node
  needs npm has npm
  needs git has git
  # test/vm/run.sh installs its own.
  [[ -z $vm ]] || return 0
  needs build-essential eval 'has g++ && has make'
  needs python3 has python3
  needs libasound2-dev test -f /usr/include/alsa/asoundlib.h
  needs libasound2-plugins has_pulse_plugin
  needs alsa-utils has arecord
  needs pulseaudio has pulseaudio
  needs pulseaudio-utils has pacat
  needs sox has sox
  needs espeak-ng has espeak-ng
  needs socat has socat
  needs openssl has openssl
  needs shellcheck has shellcheck
  needs systemd has systemd-notify
}

# attempt NAME COMMAND...: runs it in a subshell, leaves its exit code in `status`, and keeps its time.
attempt() {
  local name=$1 started=$SECONDS
  shift
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  times+=("$((SECONDS - started)) $name")
}

fail() {
  failed=$((failed + ${2:-1}))
  failures+=("$1")
}

# set_up NAME COMMAND...: counted only where it fails.
set_up() {
  attempt "$@"
  ((status == 0)) || fail "$1"
}

# check NAME COMMAND...: one step, counted as one.
check() {
  say "$1"
  attempt "$@"
  if ((status == 0)); then
    passed=$((passed + 1))
  else
    fail "$1"
  fi
}

# count NAME COUNTS: `PASSED FAILED`; anything else is a failure.
count() {
  local counts=$2
  [[ $counts =~ ^[0-9]+\ [0-9]+$ && $counts != '0 0' ]] || counts='0 1'
  passed=$((passed + ${counts% *}))
  ((${counts#* } == 0)) || fail "$1" "${counts#* }"
}

install_packages() {
  check_node
  local packages
  mapfile -t packages < <(missing_packages)
  install_debian "${packages[@]}"
  check_node
}

# Each program with the files that it sources: without them their variables would seem unused.
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

# check_tests NAME VITEST-OPTION...
check_tests() {
  local name=$1 report counts
  report=$(mktemp)
  shift
  say "$name"
  attempt "$name" run_vitest "$report" "$@"
  counts=$(node scripts/tally.js "$report" "$status") || counts=''
  rm -f "$report"
  count "$name" "$counts"
}

# The test files that run a contract suite, against a fake or the real adapter.
check_contracts() {
  local files
  mapfile -t files < <(grep -rlE --include='*.test.ts' "from '[./]+/contracts/" test)
  check_tests 'Contract suites' "${files[@]}" "$@"
}

run_vm() {
  local options=()
  ! $short || options=(--short)
  test/vm/run.sh "$vm" "${options[@]}" >"$1"
}

check_vm() {
  local name="The virtual Pi ($vm)" report counts
  report=$(mktemp)
  say "$name"
  attempt "$name" run_vm "$report"
  counts=$(<"$report")
  rm -f "$report"
  ((status == 0)) || [[ ! $counts =~ ' 0'$ ]] || counts="${counts% *} 1"
  count "$name" "$counts"
}

run_steps() {
  set_up 'npm packages' install_npm developing
  if [[ -n $vm ]]; then
    check 'Build' run_npm --silent run build
    check_vm
    return
  fi
  set_up 'Native packages' build_native
  if $short; then
    check 'Build' run_npm --silent run build
    check 'One turn of parley try' scripts/try.sh
    check_contracts "${vitest_options[@]}"
    return
  fi
  check 'Style' run_npm --silent run lint
  check 'Types' run_npm --silent run check
  check 'Shell scripts' check_shell
  check 'Build' run_npm --silent run build
  check_tests 'Tests' "${vitest_options[@]}"
}

finish() {
  local name line
  say "The time of each step, $SECONDS s in all:"
  for line in "${times[@]}"; do printf '%6d s  %s\n' "${line%% *}" "${line#* }"; done
  for name in "${failures[@]}"; do warn "failed: $name"; done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0))
}

main() {
  if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    usage
    return
  fi
  read_options "$@"
  # Not in the subshell of a step, which would lose the result.
  has_node || :
  set_up 'Debian packages' install_packages
  if has_node && has npm; then run_steps; fi
  finish
}

trap 'exit 130' INT
main "$@"
