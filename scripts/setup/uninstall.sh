# shellcheck shell=bash
# Away with everything that setup made. Works on half an installation too, and a second time.

# StateDirectory= of the unit: systemd makes the folder, and the link for the service's user, who comes and goes.
readonly STATE=/var/lib/private/parley
readonly STATE_LINK=/var/lib/parley

uninstall() {
  say 'Removing Parley'
  remove_service
  without_pull_up
  forget_gpio
  remove_packages
  forget_folders
  rm -rf "$HOME_OF_PARLEY"
  if $purge; then
    rm -f "$KEY" "$KEY.new"
    rm -rf "$(dirname "$CONFIG")"
    forget_state
    # systemd from 254 on has made it by itself.
    [[ -f /usr/lib/tmpfiles.d/credstore.conf ]] || rmdir --ignore-fail-on-non-empty "$(dirname "$KEY")" 2>/dev/null || :
    say 'Nothing of Parley is left.'
  else
    say "The configuration ($CONFIG), the key and what Parley remembers ($STATE_LINK) stay; --uninstall --purge removes these too."
  fi
}

# What is there by the same name, and somebody else's, stays.
remove_service() {
  rm -f "$UNIT.new" "$ENABLED.new" "$COMMAND.new"
  if systemd_runs && is_our_link "$UNIT"; then
    systemctl stop parley.service 2>/dev/null || :
    systemctl reset-failed parley.service 2>/dev/null || :
  fi
  ! is_our_link "$UNIT" || rm -f "$UNIT"
  [[ -e $UNIT ]] || rm -f "$ENABLED"
  ! is_our_link "$COMMAND" || rm -f "$COMMAND"
  ! systemd_runs || systemctl daemon-reload
}

# A folder or a link of that name that leads elsewhere is somebody else's.
forget_state() {
  [[ ! $(readlink "$STATE_LINK") =~ ^(/var/lib/)?private/parley$ ]] || rm -f "$STATE_LINK"
  rm -rf "$STATE"
}

remembered() { [[ ! -f $MEMORY/$1 ]] || cat "$MEMORY/$1"; }

forget_gpio() {
  rm -f "$UDEV_RULE" "$UDEV_RULE.new"
  [[ ! -S /run/udev/control ]] || udevadm control --reload
  local group
  for group in $(remembered groups); do
    [[ -n $(getent group "$group" | cut -d : -f 4) ]] || groupdel "$group" 2>/dev/null || :
  done
}

# The folders that we made and that are empty by now, the deepest first.
forget_folders() {
  local folder
  while IFS= read -r folder; do
    [[ ! -d $folder ]] || rmdir --ignore-fail-on-non-empty "$folder"
  done < <(remembered folders | sort -r)
}

# What apt would remove as needed by nothing.
needless_packages() {
  LC_ALL=C apt-get -s -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false \
    autoremove </dev/null | sed -nE 's/^(Remv|Purg) ([^ :]+).*/\2/p' | sort -u
}

# The Debian packages that came with us, and that nothing else has come to need.
remove_packages() {
  local ours needless others
  ours=$(comm -12 <(remembered packages | sort -u) <(installed_packages))
  [[ -n $ours ]] || return 0
  # What was needless without us is not ours to remove: until we are done, it counts as wanted.
  others=$(comm -13 <(printf '%s\n' "$ours") <(needless_packages))
  mark_packages manual "$others"
  mark_packages auto "$ours"
  needless=$(comm -12 <(printf '%s\n' "$ours") <(needless_packages))
  purge_packages "$needless"
  mark_packages auto "$others"
  local kept
  kept=$(comm -12 <(printf '%s\n' "$ours") <(installed_packages))
  [[ -z $kept ]] || say "These packages came with Parley, and stay, because something else needs them by now: ${kept//$'\n'/ }"
}

mark_packages() { [[ -z $2 ]] || xargs apt-mark "$1" <<<"$2" >/dev/null; }

purge_packages() {
  [[ -n $1 ]] || return 0
  local output packages
  mapfile -t packages <<<"$1"
  say "Removing the ${#packages[@]} packages that came with Parley"
  output=$(apt_get purge -y "${packages[@]}" 2>&1 9>&-) || {
    tail -n 15 <<<"$output" >&2
    warn 'some packages could not be removed: see above; then run: sudo apt autoremove --purge'
  }
}
