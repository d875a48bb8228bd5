# shellcheck shell=bash
# Whether the new release works: the service starts and stays up, and `parley doctor` finds no failure that the old
# release did not have. Otherwise the old release comes back.

readonly HEALTH_LIMIT_S=60
readonly STEADY_S=5

# Whether setup starts the service.
is_to_start() { systemd_runs && ! $no_start; }

# failing_checks RELEASE SECONDS: a line for each, the id and the sentence.
failing_checks() {
  # A failed check is no error here. No program that may outlive setup holds its lock.
  { timeout --kill-after=5 "$2" "$RELEASES/$1/bin/parley" doctor --json --silent 2>/dev/null </dev/null 9>&- || :; } |
    node scripts/setup/digest.js checks
}

# A check that fails with the old release too does not count against the new one.
check_previous_release() {
  failed_before=''
  doctor_took_s=0
  [[ -n $1 && $1 != "$release" ]] && is_to_start || return 0
  local start=$SECONDS
  failed_before=$(failing_checks "$1" "$HEALTH_LIMIT_S" | cut -f 1)
  doctor_took_s=$((SECONDS - start))
}

restarts() { systemctl show --property=NRestarts --value parley.service; }

# last_error SINCE
last_error() {
  journalctl --unit=parley.service --since="@$1" --priority=warning --lines=40 --output=json --no-pager 2>/dev/null |
    node scripts/setup/digest.js journal
}

start_service() {
  local before after start
  start=$(date +%s)
  if ! timeout "$HEALTH_LIMIT_S" systemctl restart parley.service 2>/dev/null 9>&-; then
    why="the service does not start ($(last_error "$start"))"
    return 1
  fi
  before=$(restarts)
  sleep "$STEADY_S"
  after=$(restarts)
  if [[ $before != "$after" ]] || ! systemctl --quiet is-active parley.service; then
    why="the service does not stay up ($(last_error "$start"))"
    return 1
  fi
}

has_no_new_failures() {
  local left=$1 id words worse=''
  # Without a report of the old release nothing can be compared.
  ! grep -qx doctor <<<"$failed_before" || return 0
  while IFS=$'\t' read -r id words; do
    grep -qx "$id" <<<"$failed_before" || worse+=" $words"
  done < <(failing_checks "$release" "$left")
  [[ -z $worse ]] || why="parley doctor finds:$worse"
  [[ -z $worse ]]
}

# start_and_check PREVIOUS: false where the service is not healthy; `why` says what is wrong.
start_and_check() {
  why=''
  is_to_start || return 0
  local end=$((SECONDS + HEALTH_LIMIT_S))
  say 'Starting and checking the service'
  systemctl daemon-reload
  start_service || return 1
  # A first installation has no release to go back to: it ends with the doctor's report.
  [[ -n $1 && $1 != "$release" ]] || return 0
  has_no_new_failures "$(seconds_for_doctor "$end")"
}

# The rest of the limit, or on a slow machine twice the time of the old release's doctor.
seconds_for_doctor() {
  local left=$(($1 - SECONDS)) twice=$((2 * doctor_took_s + 5))
  printf '%d' $((left > twice ? left : twice))
}

# The release to go back to if the next upgrade is interrupted.
record_healthy() {
  is_to_start && [[ $(recorded healthy) != "$release" ]] || return 0
  mkdir -p "$RECORDS"
  printf '%s\n' "$release" >"$RECORDS/healthy"
}

# roll_back PREVIOUS
roll_back() {
  local previous=$1
  if [[ -z $previous || $previous == "$release" ]]; then
    warn "Parley is installed, but not healthy: $why; fix that, then: sudo systemctl restart parley"
    exit 1
  fi
  warn "release $release is not healthy: $why"
  switch_to "$previous"
  systemctl daemon-reload
  timeout "$HEALTH_LIMIT_S" systemctl restart parley.service 9>&- || warn "release $previous does not start either: sudo parley doctor"
  rm -rf "${RELEASES:?}/$release"
  warn "release $previous runs again; the new one was removed"
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
    say 'There is no key yet: write it to a file that you alone may read, and run: sudo ./scripts/setup.sh --yes --api-key-file FILE'
  if is_to_start; then
    say 'Press the button and speak. journalctl -fu parley shows what happens.'
  else
    say 'Parley starts at the next boot. Then press the button and speak.'
  fi
}
