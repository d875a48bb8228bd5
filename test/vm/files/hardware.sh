#!/bin/sh
# The simulated hardware: the GPIO chip of a Pi 4, whose lines the tests drive from outside, and two loopback sound
# cards.
set -eu
modprobe snd-aloop enable=1,1 index=0,1 id=rigmic,rigspk pcm_substreams=1,1
modprobe configfs
modprobe gpio-sim
[ -d /sys/kernel/config/gpio-sim ] || mount -t configfs configfs /sys/kernel/config
chip=/sys/kernel/config/gpio-sim/pi
mkdir -p "$chip/bank0"
echo 58 >"$chip/bank0/num_lines"
echo pinctrl-bcm2711 >"$chip/bank0/label"
echo 1 >"$chip/live"
# A released button; the default would be a pressed one.
echo pull-up >"/sys/devices/platform/$(cat "$chip/dev_name")/$(cat "$chip/bank0/chip_name")/sim_gpio17/pull"
udevadm settle
