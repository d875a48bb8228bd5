# shellcheck shell=bash
# Whether the release that was switched to does its work: the service is up and stays up, and `parley doctor`
# finds nothing wrong that was not wrong before. Otherwise the old release comes back.

readonly HEALTH_LIMIT_S=60
readonly STEADY_S=5

# Whether there is a service to be started.
is_to_start() { systemd_runs && ! $no_start; }

# The checks that fail, an id and its words a line: failing_checks RELEASE SECONDS.
failing_checks() {
  # A failed check is an answer, not an error. Nothing that may outlive us holds our lock.
  { timeout --kill-after=5 "$2" "$RELEASES/$1/bin/parley" doctor --json --silent 2>/dev/null </dev/null 9>&- || :; } |
    node scripts/setup/digest.js checks
}

# What is wrong with the old release is not the fault of the new one.
note_health_before() {
  failed_before=''
  doctor_took_s=0
  [[ -n $1 && $1 != "$release" ]] && is_to_start || return 0
  local start=$SECONDS
  failed_before=$(failing_checks "$1" "$HEALTH_LIMIT_S" | cut -f 1)
  doctor_took_s=$((SECONDS - start))
}

restarts() { systemctl show --property=NRestarts --value parley.service; }

# last_words SINCE
last_words() {
  journalctl --unit=parley.service --since="@$1" --lines=40 --output=cat --no-pager 2>/dev/null | node scripts/setup/digest.js log
}

starts() {
  local before after start
  start=$(date +%s)
  if ! timeout "$HEALTH_LIMIT_S" systemctl restart parley.service 2>/dev/null 9>&-; then
    why="the service does not start ($(last_words "$start"))"
    return 1
  fi
  before=$(restarts)
  sleep "$STEADY_S"
  after=$(restarts)
  if [[ $before != "$after" ]] || ! systemctl --quiet is-active parley.service; then
    why="the service does not stay up ($(last_words "$start"))"
    return 1
  fi
}

is_no_worse() {
  local left=$1 id words worse=''
  # Where the old one's doctor gave no answer, nothing can be compared.
  ! grep -qx doctor <<<"$failed_before" || return 0
  while IFS=$'\t' read -r id words; do
    grep -qx "$id" <<<"$failed_before" || worse+=" $words"
  done < <(failing_checks "$release" "$left")
  [[ -z $worse ]] || why="parley doctor finds:$worse"
  [[ -z $worse ]]
}

# start_and_check PREVIOUS: false where the service is not well; `why` says what is wrong.
start_and_check() {
  why=''
  is_to_start || return 0
  local end=$((SECONDS + HEALTH_LIMIT_S))
  say 'Starting the service, and looking how it is'
  systemctl daemon-reload
  starts || return 1
  # On a first installation there is nothing to go back to: the doctor's words stand at the end.
  [[ -n $1 && $1 != "$release" ]] || return 0
  is_no_worse "$(seconds_for_doctor "$end")"
}

# What is left of the limit; on a machine that is slow or busy twice what the old release's took, which was the
# same work.
seconds_for_doctor() {
  local left=$(($1 - SECONDS)) twice=$((2 * doctor_took_s + 5))
  printf '%d' $((left > twice ? left : twice))
}

# The one to go back to, should the next upgrade be cut off in the middle.
note_well() {
  is_to_start && [[ $(remembered well) != "$release" ]] || return 0
  mkdir -p "$MEMORY"
  printf '%s\n' "$release" >"$MEMORY/well"
}

# finish_badly PREVIOUS
finish_badly() {
  local previous=$1
  if [[ -z $previous || $previous == "$release" ]]; then
    warn "Parley is installed and not well: $why; fix that, then: sudo systemctl restart parley"
    exit 1
  fi
  warn "release $release is not well: $why"
  switch_to "$previous"
  systemctl daemon-reload
  timeout "$HEALTH_LIMIT_S" systemctl restart parley.service 9>&- || warn "$previous does not start either: sudo parley doctor"
  rm -rf "${RELEASES:?}/$release"
  warn "back to release $previous; the new one was removed"
  exit 1
}

finish() {
  if is_to_start; then
    if $yes || [[ ! -t 1 ]]; then
      "$COMMAND" doctor --silent </dev/null || :
    else
      "$COMMAND" doctor || :
    fi
  fi
  [[ $button_backend == none ]] || wiring "$button_gpio" "$light_gpio"
  [[ -f $KEY ]] || ! $wants_key ||
    say 'There is no key yet: put it into a file that you alone may read, and run: sudo ./scripts/setup.sh --yes --api-key-file FILE'
  if is_to_start; then
    say 'Press the button and speak. journalctl -fu parley shows what happens.'
  else
    say 'Parley starts at the next boot. Then press the button and speak.'
  fi
}
