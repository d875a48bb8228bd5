# shellcheck shell=bash
# Removes everything that setup made. Works on an incomplete installation too, and a second time.

# StateDirectory= of the unit: systemd makes the folder, and a link to it, since the service's user is dynamic.
readonly STATE=/var/lib/private/parley
readonly STATE_LINK=/var/lib/parley

uninstall() {
  say 'Removing Parley'
  remove_service
  remove_pull_up
  remove_gpio_access
  remove_packages
  remove_folders
  rm -rf "$HOME_OF_PARLEY"
  if $purge; then
    rm -f "$KEY" "$KEY.new"
    rm -rf "$(dirname "$CONFIG")"
    remove_state
    # systemd 254 and later makes it by itself.
    [[ -f /usr/lib/tmpfiles.d/credstore.conf ]] || rmdir --ignore-fail-on-non-empty "$(dirname "$KEY")" 2>/dev/null || :
    say 'Nothing of Parley is left.'
  else
    say "The configuration ($CONFIG), the key, and the timers and the volume ($STATE_LINK) stay; --uninstall --purge removes these too."
  fi
}

# Files of the same name that setup did not make stay.
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

# A folder of that name, or a link that leads elsewhere, was not made by systemd and stays.
remove_state() {
  [[ ! $(readlink "$STATE_LINK") =~ ^(/var/lib/)?private/parley$ ]] || rm -f "$STATE_LINK"
  rm -rf "$STATE"
}

recorded() { [[ ! -f $RECORDS/$1 ]] || cat "$RECORDS/$1"; }

remove_gpio_access() {
  rm -f "$UDEV_RULE" "$UDEV_RULE.new"
  [[ ! -S /run/udev/control ]] || udevadm control --reload
  local group
  for group in $(recorded groups); do
    [[ -n $(getent group "$group" | cut -d : -f 4) ]] || groupdel "$group" 2>/dev/null || :
  done
}

# The folders that we made and that are empty now, the deepest first.
remove_folders() {
  local folder
  while IFS= read -r folder; do
    [[ ! -d $folder ]] || rmdir --ignore-fail-on-non-empty "$folder"
  done < <(recorded folders | sort -r)
}

# The packages that apt's autoremove would remove.
unneeded_packages() {
  LC_ALL=C apt-get -s -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false \
    autoremove </dev/null | sed -nE 's/^(Remv|Purg) ([^ :]+).*/\2/p' | sort -u
}

# The Debian packages that setup installed and that nothing else needs.
remove_packages() {
  local ours unneeded others
  ours=$(comm -12 <(recorded packages | sort -u) <(installed_packages))
  [[ -n $ours ]] || return 0
  # Other unneeded packages stay: until the end they are marked as installed by hand.
  others=$(comm -13 <(printf '%s\n' "$ours") <(unneeded_packages))
  mark_packages manual "$others"
  mark_packages auto "$ours"
  unneeded=$(comm -12 <(printf '%s\n' "$ours") <(unneeded_packages))
  purge_packages "$unneeded"
  mark_packages auto "$others"
  local kept
  kept=$(comm -12 <(printf '%s\n' "$ours") <(installed_packages))
  [[ -z $kept ]] || say "These packages were installed for Parley and stay, because other packages need them: ${kept//$'\n'/ }"
}

mark_packages() { [[ -z $2 ]] || xargs apt-mark "$1" <<<"$2" >/dev/null; }

purge_packages() {
  [[ -n $1 ]] || return 0
  local output packages
  mapfile -t packages <<<"$1"
  say "Removing the ${#packages[@]} packages that were installed for Parley"
  output=$(apt_get purge -y "${packages[@]}" 2>&1 9>&-) || {
    tail -n 15 <<<"$output" >&2
    warn 'some packages could not be removed: see above; then run: sudo apt autoremove --purge'
  }
}
