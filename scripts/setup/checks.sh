# shellcheck shell=bash
# The checks before anything is changed. A check that fails prints one sentence with the remedy.

readonly MIN_MEMORY_MB=350
# A compiler, Node and npm need the most; an upgrade needs little.
readonly MIN_DISK_FIRST_MB=1400
readonly MIN_DISK_MB=200

check_root() {
  ((EUID == 0)) || die 'setup changes the system: run it as root, with sudo ./scripts/setup.sh'
}

take_lock() {
  # Held until the end; the kernel releases it, however this ends.
  exec 9>/run/parley-setup.lock
  flock --nonblock 9 || die 'another setup of Parley is running: wait for its end, and run this again'
}

# The system's name and version. In a subshell: /etc/os-release sets other variables too.
read_system() {
  # shellcheck source=/dev/null
  { read -r system_id && read -r system_version; } < <(. /etc/os-release 2>/dev/null && printf '%s\n' "${ID:-}" "${VERSION_ID:-}") || :
}

system_id='' system_version=''

check_system() {
  read_system
  [[ "$system_id $system_version" =~ ^(debian|raspbian)\ (12|13)$ ]] ||
    die "this is ${system_id:-an unknown system} $system_version: Parley needs Raspberry Pi OS or Debian, 12 or 13; write one of them to the card"
}

check_architecture() {
  architecture=$(dpkg --print-architecture)
  [[ $architecture == arm64 || $architecture == armhf || $architecture == amd64 ]] ||
    die "Parley runs on arm64, armhf and amd64, not on $architecture: use a Raspberry Pi 3, 4, 5 or Zero 2 W"
}

check_memory() {
  local mb
  mb=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo) / 1024))
  ((mb >= MIN_MEMORY_MB)) ||
    die "this machine has $mb MB of memory, Parley needs $MIN_MEMORY_MB: use a Pi with 512 MB or more"
}

# The free space where `path` is, or will be, in MB.
free_mb() {
  local path=$1
  while [[ -n $path && ! -d $path ]]; do path=${path%/*}; done
  df --output=avail -BM "${path:-/}" | tail -n 1 | tr -dc '0-9'
}

check_disk() {
  local needed=$MIN_DISK_MB free
  [[ -e $HOME_OF_PARLEY/current ]] || needed=$MIN_DISK_FIRST_MB
  free=$(free_mb "$HOME_OF_PARLEY")
  ((free >= needed)) || die "$free MB are free for $HOME_OF_PARLEY, $needed are needed: free some space ('sudo apt-get clean' helps), and run this again"
}

check_checkout() {
  local name
  for name in package.json package-lock.json config/parley.toml systemd/parley.service; do
    [[ -f $name ]] || die "$name is missing: this checkout of Parley is incomplete; clone it again"
  done
  [[ -d src || -f dist/parley.js ]] || die 'src and dist are missing: this checkout of Parley is incomplete; clone it again'
}

check_key_file() {
  [[ -n $api_key_file ]] || return 0
  [[ -f $api_key_file ]] || die "there is no file $api_key_file: write the key into it, or leave --api-key-file out"
  (((8#$(stat -Lc %a "$api_key_file") & 8#066) == 0)) ||
    die "others may read the key in $api_key_file: chmod 600 $api_key_file, and run this again"
  check_key "$(head -c 8192 "$api_key_file" | key_in)" "$api_key_file"
}

# The key in a text as people write and copy it: with a BOM, spaces, empty lines, quotes, or NAME= before it. The
# service reads its credential in the same way.
key_in() {
  LC_ALL=C sed -E -e '1s/^\xEF\xBB\xBF//' -e 's/[[:space:]]+$//; s/^[[:space:]]+//' -e '/^$/d' \
    -e 's/^(export +)?[A-Z][A-Z0-9_]*(KEY|TOKEN|SECRET|PASSWORD) *= *([^[:space:]])/\3/' \
    -e "s/^\"(.*)\"\$/\\1/; s/^'(.*)'\$/\\1/"
}

# Whether it has the form of a key. No message shows it.
check_key() {
  local key=$1 where=$2
  [[ -n $key ]] || die "$where is empty: put the key there"
  if ((${#key} > 4096)) || [[ $key == *$'\n'* ]] || ! LC_ALL=C grep -qxE '[!-~]+' <<<"$key"; then
    die "$where does not hold a key (one line without spaces, letters of ASCII alone): copy the key again"
  fi
}

check_gpio() {
  local name=$1 number=$2
  [[ $number =~ ^(0|[1-9][0-9]?)$ && -n ${PIN_OF[$number]:-} ]] ||
    die "$name $number is not a line of the header: give a GPIO number from 2 to 27"
}

check_url() {
  [[ -z $url || $url =~ ^wss?://[^/?#@[:space:]]+([/?][^#[:space:]]*)?$ ]] ||
    die "$url is not the address of a Realtime service: it begins with wss:// (or ws://, not encrypted) and contains no password"
}

# check_device microphone|loudspeaker DEVICE. A missing device is no error: Parley starts without it, and it may be
# plugged in later. Only names in the form that `list_devices` prints are looked up; the doctor knows every form.
check_device() {
  local name=$1 device=$2 direction=capture
  [[ $name == microphone ]] || direction=playback
  # As the configuration takes it; empty where none was named.
  [[ $device =~ ^([^-[:space:][:cntrl:]][^[:cntrl:]]{0,255})?$ ]] || die "$device is not the name of an ALSA device, for the $name: 'arecord -L' and 'aplay -L' list them"
  [[ -r $CARDS/cards && $device =~ ^plughw:CARD=[A-Za-z_][A-Za-z0-9_-]*,DEV=(0|[1-9][0-9]*)$ ]] || return 0
  list_devices "$direction" | cut -f 2 | grep -xF "$device" >/dev/null ||
    warn "the $name $device is missing: plug it in; Parley starts without it, and uses it as soon as it is there"
}

# Refuses other files in the places of our links. Ours may be there already.
check_link_paths() {
  local place
  for place in "$UNIT" "$COMMAND"; do
    is_our_link "$place" || [[ ! -e $place && ! -L $place ]] ||
      die "$place exists and was not made by this setup: move it away, and run this again"
  done
}

is_our_link() { [[ -L $1 && $(readlink "$1") == "$HOME_OF_PARLEY"/* ]]; }

# Only where something must be fetched. A route means that a cable or a Wi-Fi is connected; fetching shows the rest.
check_network() {
  [[ -r /proc/net/route ]] || return 0
  # Not in a subshell, which would lose the name.
  ! has_node || name_release
  [[ -n $(missing_packages) ]] || ! needs_no_download || return 0
  awk 'NR > 1 && $1 != "lo" { found = 1 } END { exit !found }' /proc/net/route 2>/dev/null && return
  awk '$1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { found = 1 } END { exit !found }' /proc/net/ipv6_route 2>/dev/null && return
  die 'packages must be fetched, and there is no network: connect the machine to the network, and run this again'
}

check_backend() {
  [[ $gpio_backend != gpiod || $system_version != 12 ]] || gpiod_2 ||
    die '--gpio-backend gpiod needs the tools of libgpiod 2, which version 12 of the system does not have: leave the option out'
}

check_machine() {
  check_system
  check_architecture
  check_memory
  check_checkout
  check_link_paths
  check_disk
  plan_node
  check_network
}

# The options that were given; each question checks its answer again.
check_answers() {
  check_key_file
  check_url
  check_backend
  check_device microphone "$microphone"
  check_device loudspeaker "$loudspeaker"
  [[ -z $button_gpio ]] || check_gpio --button-gpio "$button_gpio"
  [[ -z $light_gpio ]] || check_gpio --light-gpio "$light_gpio"
  $yes || [[ -t 0 ]] || die 'there is no terminal for the questions: run this in one, or with --yes and the options that --help lists'
}
