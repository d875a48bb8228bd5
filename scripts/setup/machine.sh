# shellcheck shell=bash
# What is outside of the releases: the key, the configuration, the permissions of the pins, and the links by which
# systemd and the shell find the running release. All of it may exist already.

readonly BOOT_CONFIG=/boot/firmware/config.txt

prepare_machine() {
  store_key
  write_config
  warn_of_missing_backends
  allow_gpio
  set_pull_up
  link_unit
}

# make_folder PATH MODE: recorded where we made it.
make_folder() {
  [[ ! -d $1 ]] || return 0
  install -d -m "$2" "$1"
  record folders "$1"
}

store_key() {
  [[ -n $key ]] || return 0
  say 'Storing the key for root alone'
  make_folder /etc/credstore 700
  rm -f "$KEY.new"
  # printf is a builtin: the key is in no list of arguments.
  (umask 077 && printf '%s\n' "$key" >"$KEY.new")
  put_in_place "$KEY"
}

write_config() {
  local parley=$RELEASES/$release/bin/parley
  if [[ -f $CONFIG ]]; then
    report_new_keys
    return
  fi
  say "Writing $CONFIG"
  local options=(--set "microphone.device=$microphone" --set "loudspeaker.device=$loudspeaker"
    --set "button.gpio=$button_gpio" --set "light.gpio=$light_gpio")
  [[ -z $gpio_backend ]] || options+=(--set "button.backend=$gpio_backend" --set "light.backend=$gpio_backend")
  [[ -z $url ]] || options+=(--set "realtime.url=$url")
  # Another service than OpenAI's, without a key, needs none.
  if [[ -z $key && ! -f $KEY && -n $url ]]; then
    wants_key=false
    options+=(--no-key)
  fi
  make_folder /etc/parley 755
  rm -f "$CONFIG.new"
  "$parley" config init "$CONFIG.new" "${options[@]}" >/dev/null || die 'the configuration could not be written: see above'
  put_in_place "$CONFIG"
}

# put_in_place FILE: renames FILE.new, which is on the disk before it has the name.
put_in_place() {
  sync "$1.new"
  mv -T "$1.new" "$1"
  sync -f "${1%/*}"
}

report_new_keys() {
  local since=() news
  [[ ! -f $CURRENT/config/parley.toml ]] || since=(--since "$CURRENT/config/parley.toml")
  news=$("$RELEASES/$release/bin/parley" config new-keys "$CONFIG" "${since[@]}") || return 0
  [[ -z $news ]] || {
    say "New in the configuration, with these defaults ($RELEASES/$release/config/parley.toml explains each):"
    awk '{ print "      " $0 }' <<<"$news"
  }
}

# Native packages that could not be built matter only where the configuration uses them.
warn_of_missing_backends() {
  local folder=$RELEASES/$release
  [[ $loudspeaker_backend != speaker ]] || (cd "$folder" && has_native speaker) ||
    warn "the loudspeaker backend \"speaker\" of $CONFIG could not be built here: set backend = \"aplay\" in [loudspeaker]"
  ! uses_onoff || (cd "$folder" && has_native epoll) ||
    warn 'the GPIO backend "onoff" could not be built here, and the button needs it: install a compiler (sudo apt install build-essential), and run this again'
}

# In Raspberry Pi OS the group gpio may use the pins; plain Debian has neither the group nor the rule.
allow_gpio() {
  if ! getent group gpio >/dev/null; then
    groupadd --system gpio
    record groups gpio
  fi
  grep -rqsE 'gpiochip|SUBSYSTEM=="\*?gpio' --include='*gpio*' --include='*-com.rules' --exclude="${UDEV_RULE##*/}" \
    /etc/udev/rules.d /usr/lib/udev/rules.d && return 0
  local rule
  rule=$(udev_rule)
  [[ ! -f $UDEV_RULE || $(<"$UDEV_RULE") != "$rule" ]] || return 0
  make_folder "${UDEV_RULE%/*}" 755
  printf '%s\n' "$rule" >"$UDEV_RULE.new"
  put_in_place "$UDEV_RULE"
  [[ -S /run/udev/control ]] || return 0
  udevadm control --reload
  udevadm trigger --action=add --settle --subsystem-match=gpio
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
  [[ $button_backend == onoff ]] || { [[ $button_backend == auto ]] && ! gpiod_2; }
}

# sysfs cannot switch a pull-up on: the firmware does, from the next boot on.
set_pull_up() {
  [[ -f $BOOT_CONFIG ]] || return 0
  local wanted="gpio=$button_gpio=ip,pu"
  if ! uses_onoff; then
    remove_pull_up
    return
  fi
  grep -q "^$wanted" "$BOOT_CONFIG" && return 0
  say "Switching the pull-up of the button on, in $BOOT_CONFIG (from the next boot on)"
  write_boot_config '# Parley: begin' '[all]' "$wanted" '# Parley: end'
  ! has pinctrl || pinctrl set "$button_gpio" ip pu || :
}

remove_pull_up() {
  [[ ! -f $BOOT_CONFIG ]] || ! grep -q '^# Parley: begin$' "$BOOT_CONFIG" || write_boot_config
}

# write_boot_config LINE...: with these lines as our block, or without a block where there are none. On the disk before
# it replaces the old one: without this file a Pi does not boot as it should.
write_boot_config() {
  local fresh=$BOOT_CONFIG.new
  cp -p "$BOOT_CONFIG" "$fresh"
  # The last line may lack its end.
  sed -e '/^# Parley: begin$/,/^# Parley: end$/d' -e '$a\' "$BOOT_CONFIG" >"$fresh"
  (($# == 0)) || printf '%s\n' "$@" >>"$fresh"
  put_in_place "$BOOT_CONFIG"
}

link_unit() {
  make_folder "${ENABLED%/*}" 755
  link_to "$CURRENT/systemd/parley.service" "$UNIT"
  link_to ../parley.service "$ENABLED"
  make_folder "${COMMAND%/*}" 755
  link_to "$CURRENT/bin/parley" "$COMMAND"
}

# In one step: the link is never missing.
link_to() {
  [[ $(readlink "$2") != "$1" ]] || return 0
  ln -sfn "$1" "$2.new"
  mv -T "$2.new" "$2"
  sync -f "${2%/*}"
}
