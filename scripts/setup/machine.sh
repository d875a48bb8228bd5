# shellcheck shell=bash
# What lies outside of the releases: the key, the configuration, the rights on the pins, and the links that
# lead systemd and the shell to the release that runs. All of it may be there already.

readonly BOOT_CONFIG=/boot/firmware/config.txt

prepare_machine() {
  store_key
  write_config
  allow_gpio
  set_pull_up
  link_unit
}

# make_folder PATH MODE: remembered where we made it.
make_folder() {
  [[ ! -d $1 ]] || return 0
  install -d -m "$2" "$1"
  remember folders "$1"
}

store_key() {
  [[ -n $key ]] || return 0
  say 'Storing the key for root alone'
  make_folder /etc/credstore 700
  rm -f "$KEY.new"
  # A builtin: the key is in no list of arguments.
  (umask 077 && printf '%s\n' "$key" >"$KEY.new")
  sync "$KEY.new"
  mv -T "$KEY.new" "$KEY"
}

write_config() {
  local parley=$RELEASES/$release/bin/parley
  if [[ -f $CONFIG ]]; then
    "$parley" config check "$CONFIG" >/dev/null || die "this release does not understand $CONFIG: mend what is said above, and run this again"
    report_new_keys
    return
  fi
  say "Writing $CONFIG"
  local options=(--set "microphone.device=$microphone" --set "loudspeaker.device=$loudspeaker"
    --set "button.gpio=$(answer_of button)" --set "light.gpio=$(answer_of light)")
  [[ -z $url ]] || options+=(--set "realtime.url=$url")
  # A service that is not OpenAI's and for which there is no key wants none.
  [[ -n $key || -f $KEY || -z $url ]] || options+=(--no-key)
  make_folder /etc/parley 755
  "$parley" config init "$CONFIG" "${options[@]}" >/dev/null || die 'the configuration could not be written: see above'
}

report_new_keys() {
  local since=() news
  [[ ! -f $CURRENT/config/parley.toml ]] || since=(--since "$CURRENT/config/parley.toml")
  news=$("$RELEASES/$release/bin/parley" config new-keys "$CONFIG" "${since[@]}") || return 0
  [[ -z $news ]] || {
    say "New in the configuration, with these defaults ($RELEASES/$release/config/parley.toml tells what each is for):"
    awk '{ print "      " $0 }' <<<"$news"
  }
}

# Raspberry Pi OS lets the group gpio at the pins; plain Debian knows neither.
allow_gpio() {
  if ! getent group gpio >/dev/null; then
    groupadd --system gpio
    remember groups gpio
  fi
  grep -rqsE 'gpiochip|SUBSYSTEM=="\*?gpio' --include='*gpio*' --include='*-com.rules' --exclude="$(basename "$UDEV_RULE")" \
    /etc/udev/rules.d /usr/lib/udev/rules.d && return 0
  local rule
  rule=$(udev_rule)
  [[ ! -f $UDEV_RULE || $(<"$UDEV_RULE") != "$rule" ]] || return 0
  make_folder "$(dirname "$UDEV_RULE")" 755
  printf '%s\n' "$rule" >"$UDEV_RULE"
  if [[ -S /run/udev/control ]]; then
    udevadm control --reload
    udevadm trigger --action=add --settle --subsystem-match=gpio
  fi
}

# As Raspberry Pi OS has it.
udev_rule() {
  cat <<'EOT'
# The group gpio may use the pins: their character devices, and for older systems the files below /sys.
SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"
SUBSYSTEM=="gpio", KERNEL=="gpiochip*", ACTION=="add", PROGRAM="/bin/sh -c 'chgrp -h gpio /sys/class/gpio/export /sys/class/gpio/unexport; chmod 220 /sys/class/gpio/export /sys/class/gpio/unexport'"
SUBSYSTEM=="gpio", KERNEL=="gpio[0-9]*", ACTION=="add", PROGRAM="/bin/sh -c 'chgrp gpio /sys%p/active_low /sys%p/direction /sys%p/edge /sys%p/value; chmod 660 /sys%p/active_low /sys%p/direction /sys%p/edge /sys%p/value'"
EOT
}

uses_onoff() {
  local backend
  backend=$(config_value button backend)
  [[ $backend == onoff ]] || { [[ ${backend:-auto} == auto ]] && ! gpiod_2; }
}

# The older way to the pins cannot switch a pull-up on: the firmware does, from the next boot on.
set_pull_up() {
  [[ -f $BOOT_CONFIG ]] || return 0
  local wanted
  wanted="gpio=$(answer_of button)=ip,pu"
  uses_onoff || return 0
  grep -q "^$wanted" "$BOOT_CONFIG" && return 0
  without_pull_up
  say "Switching the pull-up of the button on, in $BOOT_CONFIG (from the next boot on)"
  printf '# Parley: begin\n[all]\n%s\n# Parley: end\n' "$wanted" >>"$BOOT_CONFIG"
  ! has pinctrl || pinctrl set "$(answer_of button)" ip pu || :
}

without_pull_up() {
  [[ ! -f $BOOT_CONFIG ]] || ! grep -q '^# Parley: begin$' "$BOOT_CONFIG" ||
    sed -i '/^# Parley: begin$/,/^# Parley: end$/d' "$BOOT_CONFIG"
}

link_unit() {
  make_folder "$(dirname "$ENABLED")" 755
  ln -sfn "$CURRENT/systemd/parley.service" "$UNIT"
  ln -sfn ../parley.service "$ENABLED"
  make_folder "$(dirname "$COMMAND")" 755
  ln -sfn "$CURRENT/bin/parley" "$COMMAND"
}
