#!/usr/bin/env bash
# Spoken turns on a fresh Debian: installs what is missing, builds, and runs `parley try`. Without a terminal or a
# sound card it speaks from a file and writes the reply to a file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
here=$OLDPWD
# shellcheck source=scripts/lib.sh
source scripts/lib.sh

readonly WORDS='Hello Parley. This is a test of your ears and of your voice.'

usage() {
  cat <<'EOT'
Usage: scripts/try.sh [OPTION...]

Installs what is missing (as root, or with sudo), builds Parley and runs `parley try`:
Enter is the button, the terminal shows the light, the sound card is ALSA's default one.
Without a terminal or a sound card it speaks one turn from a WAV file that it makes itself,
and prints the path of the reply.

Every OPTION goes to `parley try`, for example --turns 2, --json, --live, or --say IN.wav --hear OUT.wav.
EOT
}

missing_packages() {
  needs nodejs has node
  needs npm has npm
  needs alsa-utils has arecord
  needs espeak-ng has espeak-ng
}

# A card of each direction, or a default that opens without one: PulseAudio's or PipeWire's.
has_cards() { LC_ALL=C "$1" -l 2>/dev/null | grep -q '^card '; }
opens() { timeout 5 "$@" -q -D default -t raw -f S16_LE -r 24000 -c 1 --samples=240 >/dev/null 2>&1; }
has_microphone() { has_cards arecord || opens arecord </dev/null; }
has_loudspeaker() { has_cards aplay || opens aplay </dev/zero; }
has_sound() { has_microphone && has_loudspeaker; }

# has_option OPTION ARGUMENT...: whether the option is among the arguments.
has_option() {
  local option=$1 argument
  shift
  for argument in "$@"; do
    [[ $argument != "$option" && $argument != "$option="* ]] || return 0
  done
  return 1
}

# The folder for the speech and the reply; a user without a home gets a new one each time.
cache_folder() {
  local cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  if [[ -n $cache ]] && mkdir -p "$cache/parley" 2>/dev/null && [[ -w $cache/parley ]]; then
    printf '%s\n' "$cache/parley"
  else
    mktemp -d
  fi
}

# Speaks from a file and writes the reply to a file, unless the options name others.
try_files() {
  local folder own=() heard=''
  folder=$(cache_folder)
  if ! has_option --say "$@"; then
    espeak-ng -w "$folder/speech.wav" "$WORDS" || die "espeak-ng could not write $folder/speech.wav"
    own+=(--say "$folder/speech.wav")
    say "Saying: $WORDS" >&2
  fi
  if ! has_option --hear "$@"; then
    heard=$folder/reply.wav
    rm -f "$heard"
    own+=(--hear "$heard")
  fi
  parley "${own[@]}" "$@"
  # With --json the program prints events alone.
  [[ -z $heard ]] || ! has_option --json "$@" || say "The reply is in $heard" >&2
}

# In the folder of the caller, where the options' paths begin.
parley() { (cd "$here" && exec node "$root/dist/parley.js" try "$@"); }

set_up() {
  check_node
  local packages
  mapfile -t packages < <(missing_packages)
  install_debian "${packages[@]}"
  check_node
  install_npm running
  say 'Building Parley'
  node scripts/build.js
}

main() {
  if [[ ${1:-} == --help || ${1:-} == -h ]]; then
    usage
    return
  fi
  # stdout belongs to the program alone.
  set_up >&2
  if ! has_sound; then
    say 'No microphone or no loudspeaker here: speaking from a file, into a file' >&2
    try_files "$@"
  elif [[ -t 0 && -t 1 ]] || has_option --say "$@"; then
    parley "$@"
  else
    say 'No terminal here: speaking from a file, into a file' >&2
    try_files "$@"
  fi
}

main "$@"
