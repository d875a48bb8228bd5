# shellcheck shell=bash
# Whether the release that was switched to does its work: the service is up and stays up, and `parley doctor`
# finds nothing wrong that was not wrong before. Otherwise the old release comes back.

readonly HEALTH_LIMIT_S=60
readonly STEADY_S=5

# The checks that fail, an id and its words a line: failing_checks SECONDS.
failing_checks() {
  # A failed check is an answer, not an error.
  { timeout "$1" "$CURRENT/bin/parley" doctor --json --silent 2>/dev/null </dev/null || :; } | node scripts/setup/digest.js checks
}

# What is wrong with the old release is not the fault of the new one.
note_health_before() {
  failed_before=''
  [[ -n $1 && -d $RELEASES/$1 ]] && systemd_runs || return 0
  failed_before=$(failing_checks "$HEALTH_LIMIT_S" | cut -f 1)
}

restarts() { systemctl show --property=NRestarts --value parley.service; }

last_words() {
  journalctl --unit=parley.service --lines=40 --output=cat --no-pager 2>/dev/null | node scripts/setup/digest.js log
}

starts() {
  local before after
  if ! timeout "$HEALTH_LIMIT_S" systemctl restart parley.service 2>/dev/null; then
    why="the service does not start ($(last_words))"
    return 1
  fi
  before=$(restarts)
  sleep "$STEADY_S"
  after=$(restarts)
  if [[ $before != "$after" ]] || ! systemctl --quiet is-active parley.service; then
    why="the service does not stay up ($(last_words))"
    return 1
  fi
}

is_no_worse() {
  local left=$1 id words
  while IFS=$'\t' read -r id words; do
    grep -qx "$id" <<<"$failed_before" || {
      why="parley doctor finds: $words"
      return 1
    }
  done < <(failing_checks "$left")
}

# start_and_check PREVIOUS: false where the service is not well; `why` says what is wrong.
start_and_check() {
  why=''
  systemd_runs || return 0
  local end=$((SECONDS + HEALTH_LIMIT_S))
  say 'Starting the service, and looking how it is'
  systemctl daemon-reload
  starts || return 1
  # On a first installation there is nothing to go back to: the doctor's words stand at the end.
  [[ -n $1 && $1 != "$release" ]] || return 0
  is_no_worse $((end - SECONDS > 5 ? end - SECONDS : 5))
}

# finish_badly PREVIOUS
finish_badly() {
  local previous=$1
  if [[ -z $previous || $previous == "$release" || ! -d $RELEASES/$previous ]]; then
    warn "Parley is installed and not well: $why; mend that, then: sudo systemctl restart parley"
    exit 1
  fi
  warn "release $release is not well: $why"
  switch_to "$previous"
  systemctl daemon-reload
  timeout "$HEALTH_LIMIT_S" systemctl restart parley.service || warn "$previous does not start either: sudo parley doctor"
  ! $built || rm -rf "${RELEASES:?}/$release"
  warn "back to release $previous; the new one was removed"
  exit 1
}

finish() {
  if systemd_runs; then
    if $yes || [[ ! -t 1 ]]; then
      "$COMMAND" doctor --silent </dev/null || :
    else
      "$COMMAND" doctor || :
    fi
  fi
  wiring "$(answer_of button)" "$(answer_of light)"
  [[ -f $KEY ]] || ! config_value realtime url | grep -q api.openai.com ||
    say "There is no key yet: put it into a file that you alone may read, and run: sudo scripts/setup.sh --yes --api-key-file FILE"
  if systemd_runs; then
    say 'Press the button and speak. journalctl -fu parley shows what happens.'
  else
    say 'Parley starts at the next boot. Then press the button and speak.'
  fi
}
