# shellcheck shell=bash
# The emulator. No KVM, so that it runs the same everywhere; the guest's clocks count instructions and not the
# time of this machine, so a busy host makes no gaps in the sound. Beside its disk image DISK each machine has
# DISK.console (what the kernel prints) and a serial port to the tests: DISK.port.in carries the scenario's name
# to the guest, DISK.port.out the results back.

# Seconds that a machine may run before it counts as hanging.
readonly MACHINE_LIMIT_S=1500
qemu=''
to_guest=''

qemu_program() { if [[ $1 == arm64 ]]; then printf 'qemu-system-aarch64'; else printf 'qemu-system-x86_64'; fi; }

stop_qemu() {
  [[ -z $qemu ]] || kill -KILL "$qemu" 2>/dev/null || :
  [[ -z $qemu ]] || wait "$qemu" 2>/dev/null || :
  [[ -z $to_guest ]] || exec {to_guest}>&-
  qemu='' to_guest=''
}

# start_qemu ARCHITECTURE FOLDER DISK [OPTION...]
start_qemu() {
  local architecture=$1 folder=$2 disk=$3 machine console port
  shift 3
  if [[ $architecture == arm64 ]]; then
    machine=(-M virt -cpu cortex-a72 -serial "file:$disk.console" -chardev "pipe,id=port,path=$disk.port" -device 'pci-serial,chardev=port')
    console=ttyAMA0 port=ttyS0
  else
    machine=(-M q35 -cpu max -serial "file:$disk.console" -serial "pipe:$disk.port")
    console=ttyS0 port=ttyS1
  fi
  rm -f "$disk.console" "$disk.port".{in,out}
  mkfifo "$disk.port.in"
  : >"$disk.port.out"
  exec {to_guest}<>"$disk.port.in"
  "$(qemu_program "$architecture")" "${machine[@]}" -accel tcg,thread=single,tb-size=512 -icount shift=0,sleep=off -rtc clock=vm -smp 1 -m 1024 \
    -nodefaults -no-user-config -display none -no-reboot -kernel "$folder/kernel" -initrd "$folder/initrd" \
    -append "console=$console root=/dev/vda rw panic=-1 quiet mitigations=off nokaslr tsc=reliable rig.port=$port" \
    -drive "file=$disk,if=none,id=disk,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=disk -device virtio-rng-pci "$@" </dev/null &
  qemu=$!
}

qemu_runs() { [[ -n $qemu ]] && kill -0 "$qemu" 2>/dev/null; }

has_printed() { grep -qsE "$2" "$1.port.out"; }

# wait_until COMMAND...: until the command succeeds; fails where the machine ends first.
wait_until() {
  local end=$((SECONDS + MACHINE_LIMIT_S))
  until "$@"; do
    qemu_runs && ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

# run_machine DISK SCENARIO UNTIL: waits for a started machine to be ready, gives it the scenario, and turns it
# off when it has printed a line that matches UNTIL, or has ended.
run_machine() {
  if wait_until has_printed "$1" '^RIG-READY'; then
    printf '%s\n' "$2" >&"$to_guest"
    wait_until has_printed "$1" "$3" || :
  fi
  stop_qemu
}
