# shellcheck shell=bash
# The header of the Pi: which pin a GPIO line is, and the picture of what is to be connected.

# By GPIO number; 0 and 1 belong to the identification of boards.
# shellcheck disable=SC2034
readonly PIN_OF=([2]=3 [3]=5 [4]=7 [5]=29 [6]=31 [7]=26 [8]=24 [9]=21 [10]=19 [11]=23 [12]=32 [13]=33
  [14]=8 [15]=10 [16]=36 [17]=11 [18]=12 [19]=35 [20]=38 [21]=40 [22]=15 [23]=16 [24]=18 [25]=22 [26]=37 [27]=13)
readonly GROUNDS=(6 9 14 20 25 30 34 39)

# The ground that is nearest to a pin.
ground_near() {
  local pin=$1 ground best=6 distance least=40
  for ground in "${GROUNDS[@]}"; do
    distance=$((ground > pin ? ground - pin : pin - ground))
    ((distance >= least)) || {
      least=$distance
      best=$ground
    }
  done
  printf '%s' "$best"
}

# wiring BUTTON_GPIO LIGHT_GPIO: nothing where a line, by a configuration of its owner, is not on the header.
wiring() {
  local button=${PIN_OF[$1]:-} light=${PIN_OF[$2]:-}
  [[ -n $button && -n $light ]] || return 0
  cat <<EOT

  The wiring (the header seen from above, pin 1 at the corner of the board)

      pin $(printf '%-2s' "$button")  GPIO $(printf '%-2s' "$1") ------[ button ]------------------ pin $(ground_near "$button")  ground
      pin $(printf '%-2s' "$light")  GPIO $(printf '%-2s' "$2") ------[ 330 ohm ]----|>|---------- pin $(ground_near "$light")  ground
                                        the long leg of the LED towards GPIO $2
      USB ------ microphone
      USB ------ loudspeaker (or the headphone socket)

EOT
}
