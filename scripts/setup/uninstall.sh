# shellcheck shell=bash
# Away with everything that setup made. Works on half an installation too, and a second time.

uninstall() {
  say 'Removing Parley'
  if systemd_runs; then
    systemctl stop parley.service 2>/dev/null || :
    systemctl reset-failed parley.service 2>/dev/null || :
  fi
  rm -f "$ENABLED" "$UNIT" "$COMMAND"
  ! systemd_runs || systemctl daemon-reload
  without_pull_up
  forget_gpio
  remove_packages
  forget_folders
  rm -rf "$HOME_OF_PARLEY"
  if $purge; then
    rm -f "$KEY" "$KEY.new"
    rm -rf /etc/parley
    # systemd from 254 on has made it by itself.
    [[ -f /usr/lib/tmpfiles.d/credstore.conf ]] || rmdir --ignore-fail-on-non-empty /etc/credstore 2>/dev/null || :
    say 'Nothing of Parley is left.'
  else
    say "The configuration ($CONFIG) and the key stay; --uninstall --purge removes these too."
  fi
}

remembered() { [[ ! -f $MEMORY/$1 ]] || cat "$MEMORY/$1"; }

forget_gpio() {
  rm -f "$UDEV_RULE"
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

# The Debian packages that came with us, and that nothing else has come to need.
remove_packages() {
  local ours needless
  ours=$(comm -12 <(remembered packages | sort -u) <(installed_packages))
  [[ -n $ours ]] || return 0
  xargs apt-mark auto <<<"$ours" >/dev/null
  needless=$(LC_ALL=C apt-get -s -o APT::AutoRemove::RecommendsImportant=false \
    -o APT::AutoRemove::SuggestsImportant=false autoremove | sed -nE 's/^(Remv|Purg) ([^ ]+).*/\2/p' | sed 's/:.*//' | sort -u)
  needless=$(comm -12 <(printf '%s\n' "$ours") <(printf '%s\n' "$needless"))
  [[ -n $needless ]] || return 0
  say "Removing the $(wc -l <<<"$needless") packages that came with Parley"
  # shellcheck disable=SC2086
  apt_get purge -y $needless >/dev/null || warn 'some packages could not be removed: see above; sudo apt autoremove --purge'
}
