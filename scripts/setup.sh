#!/usr/bin/env bash
# Makes a Raspberry Pi the speaker: looks whether everything is as it must be, asks what it cannot find out,
# and then installs, starts and checks. Run it again from a newer checkout to upgrade; --uninstall goes back.
# Nothing is changed before every check has passed, and the release that runs is exchanged in one step.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib.sh
source scripts/lib.sh
# shellcheck source=scripts/node-from-npm.sh
source scripts/node-from-npm.sh
readonly HOME_OF_PARLEY=/opt/parley
readonly RELEASES=$HOME_OF_PARLEY/releases
readonly MEMORY=$HOME_OF_PARLEY/setup
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

# An error or Ctrl-C leaves the release that runs as it was.
tidy_up() {
  local status=$?
  forget_staging
  # A release that never ran.
  [[ $phase != changing ]] || ! $built || rm -rf "${RELEASES:?}/$release"
  ((status == 0)) || [[ $phase != changing ]] ||
    warn 'nothing that runs was changed; fix the problem above and run this again'
  [[ $phase != switched ]] ||
    warn "release $release was switched to, and it is not known yet whether it is well: run this again"
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
  # Of a configuration the lines are known only now; and with the tools of libgpiod, installed by now, it is certain
  # which lines are in use.
  check_lines
  prepare_machine
  local previous
  previous=$(release_before)
  note_health_before "$previous"
  switch_to "$release"
  phase=switched
  if ! start_and_check "$previous"; then
    phase=judged
    finish_badly "$previous"
  fi
  phase=judged
  note_well
  forget_old_releases
  finish
}

main() {
  read_arguments "$@"
  trap tidy_up EXIT
  trap 'exit 130' INT TERM HUP
  check_root
  check_alone
  if [[ $action == uninstall ]]; then
    uninstall
  else
    install_parley
  fi
}

phase=looking
release=''
staging=''
button_backend=''
light_backend=''
loudspeaker_backend=''
main "$@"
