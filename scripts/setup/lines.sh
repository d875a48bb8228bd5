# shellcheck shell=bash
# Which program holds a GPIO line, according to the tools of libgpiod, or, where they are not installed yet, to the
# kernel's own list. With two programs on its line, a button has no effect.

readonly HEADER_LABELS='pinctrl-rp1|pinctrl-bcm2711|pinctrl-bcm2835'

# Whether the tools are those of libgpiod 2. Cached once it is true: setup installs them, and never removes them.
has_gpiod_2=false
gpiod_2() {
  $has_gpiod_2 && return
  has gpiodetect && [[ $(gpiodetect --version 2>/dev/null) == *v2.* ]] && has_gpiod_2=true
}

header_chip() { gpiodetect 2>/dev/null | sed -nE "s/^(gpiochip[0-9]+) \\[($HEADER_LABELS)\\].*/\\1/p" | head -n 1; }

# A chip of the kernel's list is a headline, in older kernels with the number of its first line.
holder_by_kernel() {
  [[ -r /sys/kernel/debug/gpio ]] || return 0
  awk -v labels="$HEADER_LABELS" -v wanted="$1" '
    /^gpiochip/ {
      here = $0 ~ ("(" labels "):")
      base = match($0, /GPIOs [0-9]+-/) ? substr($0, RSTART + 6, RLENGTH - 7) : 0
    }
    here && match($0, /^ gpio-[0-9]+/) && substr($0, RSTART + 6, RLENGTH - 6) - base == wanted {
      if (match($0, /\|[^)]*\)/)) {
        holder = substr($0, RSTART + 1, RLENGTH - 2)
        gsub(/^ +| +$/, "", holder)
        print holder
      }
    }' /sys/kernel/debug/gpio
}

# holder_of LINE CHIP: nothing where the line is free.
holder_of() {
  local line=$1 chip=$2
  if [[ -z $chip ]]; then
    holder_by_kernel "$line"
  elif gpiod_2; then
    LC_ALL=C gpioinfo --chip "$chip" "$line" | sed -nE 's/.*consumer="?([^"]*[^" ])"? *$/\1/p'
  else
    LC_ALL=C gpioinfo "$chip" | sed -nE "s/^\\s*line +$line: +\\S+ +\"([^\"]+)\" .*\\[used.*/\\1/p"
  fi
}

is_held_by_parley() {
  case $1 in
    parley-*) true ;;
    # The name of every holder by way of sysfs; a Parley that was killed leaves its lines so.
    sysfs) is_our_link "$UNIT" ;;
    *) false ;;
  esac
}

check_lines() {
  local chip=''
  ! has gpiodetect || chip=$(header_chip) || chip=''
  # Not in a subshell, which would lose the result.
  gpiod_2 || :
  check_line button "$button_gpio" "$button_backend" "$chip"
  check_line light "$light_gpio" "$light_backend" "$chip"
}

# check_line WHAT GPIO BACKEND CHIP
check_line() {
  local what=$1 line=$2 holder
  [[ $3 != none ]] || return 0
  holder=$(holder_of "$line" "$4") || holder=''
  [[ -z $holder ]] || is_held_by_parley "$holder" ||
    die "GPIO $line, for the $what, is in use by $holder: end that program, or give another line with --$what-gpio"
}
