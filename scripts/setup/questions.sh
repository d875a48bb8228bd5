# shellcheck shell=bash
# The questions: the key, the microphone, the loudspeaker and the lines, each with a proposal. An upgrade asks
# nothing: the configuration has the answers.

readonly CARDS=/proc/asound
# The defaults of the configuration.
readonly DEFAULT_BUTTON_GPIO=17
readonly DEFAULT_LIGHT_GPIO=27

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

# On an upgrade the configuration has the answers. The release that is being installed reads it: on a first
# installation there is no other, and an old one may lack the command. Asked once: a start of Node takes time.
read_configuration() {
  [[ -f $CONFIG ]] || return 0
  local values
  values=$("$RELEASES/$release/bin/parley" config get \
    button.gpio,light.gpio,button.backend,light.backend,loudspeaker.backend,realtime.headers "$CONFIG") ||
    die "this release does not understand $CONFIG: fix the problems above, and run this again"
  # One line per header.
  mapfile -t values <<<"$values"
  button_gpio=${values[0]} light_gpio=${values[1]}
  button_backend=${values[2]} light_backend=${values[3]} loudspeaker_backend=${values[4]}
  [[ ${values[*]:5} == *'{key}'* ]] || wants_key=false
}

# ask VARIABLE QUESTION PROPOSAL
ask() {
  local answer
  read -r -p "$2 [$3]: " answer </dev/tty || die 'there was no answer, and nothing is changed: run this again'
  printf -v "$1" '%s' "${answer:-$3}"
}

ask_device() {
  local name=$1 direction=$2 found
  mapfile -t found < <(list_devices "$direction" | cut -f 2)
  say "The $name; found:"
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
  local typed question='    The key of the service (hidden; empty where the service needs none): '
  [[ ! -f $KEY ]] || question='    The key of the service (hidden; empty keeps the present one): '
  while :; do
    read -rs -p "$question" typed </dev/tty || die 'there was no answer, and nothing is changed: run this again'
    printf '\n'
    [[ -n $typed ]] || return 0
    typed=$(key_in <<<"$typed")
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
  [[ -n $button_gpio ]] || ask_gpio button "$DEFAULT_BUTTON_GPIO"
  [[ -n $light_gpio ]] || ask_gpio light "$DEFAULT_LIGHT_GPIO"
}

key=''
# Whether the headers of the connection hold one.
wants_key=true

ask_questions() {
  if [[ -f $CONFIG && -n $microphone$loudspeaker$button_gpio$light_gpio$gpio_backend$url ]]; then
    warn "$CONFIG exists and stays as it is: the options that differ from it have no effect; edit it instead"
  fi
  $yes || ask_for_all
  [[ -z $api_key_file ]] || key=$(key_in <"$api_key_file")
  [[ ! -f $CONFIG ]] || return 0
  microphone=${microphone:-$(found_device capture)}
  loudspeaker=${loudspeaker:-$(found_device playback)}
  button_gpio=${button_gpio:-$DEFAULT_BUTTON_GPIO}
  light_gpio=${light_gpio:-$DEFAULT_LIGHT_GPIO}
  button_backend=${gpio_backend:-auto}
  light_backend=$button_backend
  [[ $button_gpio != "$light_gpio" ]] ||
    die "the button and the light cannot share GPIO $light_gpio: give another line for one of them"
  check_lines
}
