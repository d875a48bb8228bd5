# shellcheck shell=bash
# A snapshot of the machine after its boot, from which every scenario starts. It lies in a qcow2 file over the
# image, and in the image's folder, so it is removed with it. A snapshot can only be loaded by the QEMU that
# saved it; the options of the machine are part of the checkout, and so of the image's name.

readonly SNAPSHOT=booted

# snapshot_file ARCHITECTURE FOLDER
snapshot_file() {
  printf '%s/%s-%s.qcow2' "$2" "$SNAPSHOT" "$("$(qemu_program "$1")" --version | sha256sum | cut -c -12)"
}

# The emulated clock sometimes makes a kernel panic that has just started; that is not what is tested.
panicked_early() { grep -qs 'Kernel panic' "$1.console" && ! has_printed "$1" '^RIG-READY'; }

# boot_and_save ARCHITECTURE FOLDER DISK: boots the image and saves the machine in DISK, a new file.
boot_and_save() {
  local disk=$3 monitor=$3.monitor to_monitor
  qemu-img create -q -f qcow2 -F raw -b "$2/image" "$disk"
  rm -f "$monitor".{in,out}
  mkfifo "$monitor.in"
  : >"$monitor.out"
  exec {to_monitor}<>"$monitor.in"
  start_qemu "$1" "$2" "$disk" -monitor "pipe:$monitor"
  if wait_until has_printed "$disk" '^RIG-READY active'; then
    printf 'savevm %s\nquit\n' "$SNAPSHOT" >&"$to_monitor"
    # It saves, and quits.
    wait_until false || :
  fi
  stop_qemu
  exec {to_monitor}>&-
  qemu-img snapshot -l "$disk" | grep -qw "$SNAPSHOT"
}

# make_snapshot ARCHITECTURE FOLDER: unless there is one.
make_snapshot() {
  local file disk=$2/new.qcow2 started=$SECONDS tries
  file=$(snapshot_file "$1" "$2")
  [[ ! -f $file ]] || return 0
  say "Booting the virtual Pi ($1) for the snapshot"
  rm -f "$2/$SNAPSHOT"-* "$disk"*
  for tries in 1 2 3; do
    ! boot_and_save "$1" "$2" "$disk" || break
    if ! panicked_early "$disk" || ((tries == 3)); then
      warn 'the virtual Pi did not boot to a running Parley; the end of its console:'
      tail -n 60 "$disk.console" | tr -d '\r' >&2 || :
      cat "$disk.port.out" "$disk.monitor.out" >&2 || :
      return 1
    fi
    say 'The kernel panicked at its start: booting again'
  done
  mv "$disk" "$file"
  rm -f "$disk".*
  say "The snapshot is made ($((SECONDS - started)) s, $(du -m "$file" | cut -f 1) MB)"
}
