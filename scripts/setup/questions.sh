# shellcheck shell=bash
# What only the owner knows: the key, which microphone and loudspeaker, which lines. What is found is
# proposed. On an upgrade nothing is asked: the configuration that is there has the answers.

readonly CARDS=/proc/asound

# The sound devices of a direction (capture or playback), those on USB first, those of a screen last:
# a rank, the name for ALSA (by the card's name: numbers change), and the name for people.
list_devices() {
  local direction=$1 line card device id name rank
  [[ -r $CARDS/pcm ]] || return 0
  while IFS= read -r line; do
    [[ $line == *": $direction "* && $line =~ ^([0-9]+)-([0-9]+): ]] || continue
    card=$((10#${BASH_REMATCH[1]})) device=$((10#${BASH_REMATCH[2]}))
    id=$(<"$CARDS/card$card/id") name=$(card_name "$card")
    rank=2
    [[ ! -e $CARDS/card$card/usbid ]] || rank=1
    [[ ${id,,}${name,,} != *hdmi* ]] || rank=3
    printf '%d\tplughw:CARD=%s,DEV=%d\t%s\n' "$rank" "$id" "$device" "$name"
  done <"$CARDS/pcm" | sort -s -k 1,1n
}

card_name() { sed -nE "s/^ *$1 \\[[^]]*\\]: [^ ]+ - (.*)/\\1/p" "$CARDS/cards" | head -n 1; }

found_device() {
  local found
  found=$(list_devices "$1" | head -n 1 | cut -f 2)
  printf '%s' "${found:-default}"
}

# The value of a key in the configuration that is there: config_value TABLE KEY.
config_value() {
  [[ -f $CONFIG ]] || return 0
  awk -v table="[$1]" -v key="$2" '
    /^\[/ { here = $1 == table }
    here && $1 == key && $2 == "=" { value = $3; gsub(/"/, "", value); print value; exit }' "$CONFIG"
}

# The line of the button or the light: as the configuration has it, else as answered, else the usual one.
answer_of() {
  local usual=17 given=$button_gpio inFile
  [[ $1 == button ]] || usual=27 given=$light_gpio
  inFile=$(config_value "$1" gpio)
  printf '%s' "${inFile:-${given:-$usual}}"
}

# The backend of the button or the light, likewise.
backend_of() {
  local inFile
  inFile=$(config_value "$1" backend)
  printf '%s' "${inFile:-${gpio_backend:-auto}}"
}

# ask VARIABLE QUESTION PROPOSAL
ask() {
  local answer
  read -r -p "$2 [$3]: " answer </dev/tty || die 'nothing was answered, and nothing is changed: run this again'
  printf -v "$1" '%s' "${answer:-$3}"
}

ask_device() {
  local name=$1 direction=$2 found
  mapfile -t found < <(list_devices "$direction" | cut -f 2)
  say "The $name; these are here:"
  list_devices "$direction" | awk -F '\t' '{ printf "      %d  %-32s %s\n", NR, $2, $3 }'
  while :; do
    ask "$name" "    The number of the $name, or any ALSA device" "${found[0]:-default}"
    if [[ ${!name} =~ ^[1-9][0-9]?$ && -n ${found[${!name} - 1]:-} ]]; then
      printf -v "$name" '%s' "${found[${!name} - 1]}"
    fi
    (check_device "$name" "${!name}") && return
  done
}

ask_gpio() {
  local name=$1 usual=$2
  while :; do
    ask "${name}_gpio" "    GPIO line of the $name" "$usual"
    local answer="${name}_gpio"
    (check_gpio "GPIO" "${!answer}") && return
  done
}

# Hidden while it is typed; in no list of commands, and no argument of any program.
ask_key() {
  local typed question='    The key of the service (hidden; empty where the service wants none): '
  [[ ! -f $KEY ]] || question='    The key of the service (hidden; empty keeps the one that is there): '
  while :; do
    read -rs -p "$question" typed </dev/tty || die 'nothing was answered, and nothing is changed: run this again'
    printf '\n'
    [[ -n $typed ]] || return 0
    (check_key "$typed" 'what was typed') || continue
    key=$typed
    return
  done
}

# On an upgrade there is nothing to ask.
ask_for_all() {
  [[ -n $api_key_file ]] || [[ -f $KEY && -f $CONFIG ]] || ask_key
  [[ ! -f $CONFIG ]] || return 0
  [[ -n $microphone ]] || ask_device microphone capture
  [[ -n $loudspeaker ]] || ask_device loudspeaker playback
  [[ $gpio_backend != none ]] || return 0
  [[ -n $button_gpio ]] || ask_gpio button 17
  [[ -n $light_gpio ]] || ask_gpio light 27
}

key=''

ask_questions() {
  if [[ -f $CONFIG && -n $microphone$loudspeaker$button_gpio$light_gpio$gpio_backend$url ]]; then
    warn "$CONFIG is there and stays as it is: what the options say of it counts for nothing; edit it instead"
  fi
  $yes || ask_for_all
  [[ -z $api_key_file ]] || key=$(<"$api_key_file")
  microphone=${microphone:-$(found_device capture)}
  loudspeaker=${loudspeaker:-$(found_device playback)}
  [[ $(answer_of button) != "$(answer_of light)" ]] ||
    die "the button and the light cannot share GPIO $(answer_of light): name another for one of them"
  check_lines
}
