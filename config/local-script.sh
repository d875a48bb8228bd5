#!/bin/sh
# How warm the processor is. The arguments come as one line of JSON, checked against the schema before; what is
# printed is the answer; any other failure is one line on stderr and an exit code.

read -r arguments

sensor=${SENSOR:-/sys/class/thermal/thermal_zone0/temp}
if ! thousandths=$(cat "$sensor" 2>/dev/null); then
  echo "this machine has no sensor at $sensor" >&2
  exit 1
fi

celsius=$((thousandths / 1000))
case $arguments in
  *fahrenheit*) echo "$((celsius * 9 / 5 + 32)) degrees Fahrenheit" ;;
  *) echo "$celsius degrees Celsius" ;;
esac
