# shellcheck shell=bash
# The options of setup.sh. Each answers one of its questions; what is not given is asked, or found.

usage() {
  cat <<'EOT'
Usage: sudo scripts/setup.sh [OPTION...]

Installs Parley on this Raspberry Pi (Raspberry Pi OS or Debian, 12 or 13), or upgrades it to this checkout:
the program in /opt/parley, the configuration in /etc/parley (an existing one is never changed), the key
for root alone in /etc/credstore, and the service, which it starts. What is not given here is asked.

  --yes                ask nothing: take what is given here, else what is found
  --api-key-file FILE  the file that holds the key of the service, readable by you alone
  --microphone DEVICE  the ALSA device that records, such as plughw:CARD=Mic,DEV=0
  --loudspeaker DEVICE the ALSA device that plays
  --button-gpio N      the line of the button, by its GPIO number (17 is pin 11)
  --light-gpio N       the line of the light (27 is pin 13)
  --gpio-backend NAME  auto (default), gpiod, onoff, or none for neither button nor light
  --url URL            the address of the service, where it is not OpenAI's
  --no-start           do not restart the service; the new release runs from its next start on
  --uninstall          remove Parley; the configuration, the key, the timers and the volume stay
  --purge              with --uninstall: remove these too
  --help               show this
EOT
}

wrong_usage() {
  warn "$1; scripts/setup.sh --help shows the options"
  exit 64
}

# The variables are the answers; empty means not answered yet.
action=install
yes=false
purge=false
api_key_file=''
microphone=''
loudspeaker=''
button_gpio=''
light_gpio=''
gpio_backend=''
url=''
no_start=false

take_value() {
  case $1 in
    --api-key-file) api_key_file=$2 ;;
    --microphone) microphone=$2 ;;
    --loudspeaker) loudspeaker=$2 ;;
    --button-gpio) button_gpio=$2 ;;
    --light-gpio) light_gpio=$2 ;;
    --gpio-backend) gpio_backend=$2 ;;
    --url) url=$2 ;;
  esac
}

read_arguments() {
  while (($# > 0)); do
    case $1 in
      --help | -h)
        usage
        exit 0
        ;;
      --yes) yes=true ;;
      --no-start) no_start=true ;;
      --uninstall) action=uninstall ;;
      --purge) purge=true ;;
      --api-key-file=* | --microphone=* | --loudspeaker=* | --button-gpio=* | --light-gpio=* | --gpio-backend=* | --url=*)
        [[ -n ${1#*=} ]] || wrong_usage "${1%%=*} needs a value"
        take_value "${1%%=*}" "${1#*=}"
        ;;
      --api-key-file | --microphone | --loudspeaker | --button-gpio | --light-gpio | --gpio-backend | --url)
        [[ -n ${2:-} ]] || wrong_usage "$1 needs a value"
        take_value "$1" "$2"
        shift
        ;;
      *) wrong_usage "there is no option $1" ;;
    esac
    shift
  done
  ! $purge || [[ $action == uninstall ]] || wrong_usage '--purge needs --uninstall'
  [[ $gpio_backend =~ ^(|auto|gpiod|onoff|none)$ ]] || wrong_usage "--gpio-backend is auto, gpiod, onoff or none, not $gpio_backend"
}
