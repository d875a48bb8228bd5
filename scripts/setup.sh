#!/usr/bin/env bash
# Installs Parley on a Raspberry Pi: checks the machine, asks for what it cannot find, then installs, starts and
# checks the service. Run it again from a newer checkout to upgrade; --uninstall removes it.
# Nothing is changed before every check has passed, and the running release is replaced in one step.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
# shellcheck source=scripts/node-from-npm.sh
source scripts/node-from-npm.sh
readonly HOME_OF_PARLEY=/opt/parley
readonly RELEASES=$HOME_OF_PARLEY/releases
readonly RECORDS=$HOME_OF_PARLEY/setup
readonly CONFIG=/etc/parley/parley.toml
readonly KEY=/etc/credstore/parley-openai-api-key
readonly UNIT=/etc/systemd/system/parley.service
readonly ENABLED=/etc/systemd/system/multi-user.target.wants/parley.service
readonly COMMAND=/usr/local/bin/parley
readonly UDEV_RULE=/etc/udev/rules.d/60-parley-gpio.rules

# shellcheck source=scripts/setup/arguments.sh
source scripts/setup/arguments.sh
# shellcheck source=scripts/setup/checks.sh
source scripts/setup/checks.sh
# shellcheck source=scripts/setup/header.sh
source scripts/setup/header.sh
# shellcheck source=scripts/setup/lines.sh
source scripts/setup/lines.sh
# shellcheck source=scripts/setup/questions.sh
source scripts/setup/questions.sh
# shellcheck source=scripts/setup/packages.sh
source scripts/setup/packages.sh
# shellcheck source=scripts/setup/release.sh
source scripts/setup/release.sh
# shellcheck source=scripts/setup/machine.sh
source scripts/setup/machine.sh
# shellcheck source=scripts/setup/health.sh
source scripts/setup/health.sh
# shellcheck source=scripts/setup/uninstall.sh
source scripts/setup/uninstall.sh

systemd_runs() { [[ -d /run/systemd/system ]]; }

# An error or Ctrl-C leaves the running release as it was.
clean_up() {
  local status=$?
  remove_staging
  # A release that never ran.
  [[ $phase != changing ]] || ! $built || rm -rf "${RELEASES:?}/$release"
  ((status == 0)) || [[ $phase != changing ]] ||
    warn 'the running release was not changed; fix the problem above and run this again'
  [[ $phase != switched ]] ||
    warn "release $release was switched to, and was not checked yet: run this again"
}

install_parley() {
  check_machine
  check_answers
  ask_questions
  phase=changing
  install_packages
  find_node
  build_release
  read_configuration
  # Only now are the lines of an existing configuration known, and the tools of libgpiod installed, which tell for
  # certain which lines are in use.
  check_lines
  prepare_machine
  local previous
  previous=$(release_before)
  check_previous_release "$previous"
  switch_to "$release"
  phase=switched
  if ! start_and_check "$previous"; then
    phase=checked
    roll_back "$previous"
  fi
  phase=checked
  record_healthy
  remove_old_releases
  finish
}

main() {
  read_arguments "$@"
  trap clean_up EXIT
  trap 'exit 130' INT TERM HUP
  check_root
  take_lock
  if [[ $action == uninstall ]]; then
    uninstall
  else
    install_parley
  fi
}

phase=checking
release=''
staging=''
button_backend=''
light_backend=''
loudspeaker_backend=''
main "$@"
