# shellcheck shell=bash
# One boot of the virtual Pi, under software emulation: no KVM, so that it runs the same everywhere. Its clocks
# count instructions and not the time of this machine, so a busy one makes no gaps in the sound. The
# console goes to one file, the results of the tests, by a second serial port, to another.

readonly BOOT_LIMIT_S=1500
qemu=''

stop_qemu() {
  [[ -z $qemu ]] || kill -KILL "$qemu" 2>/dev/null || :
  [[ -z $qemu ]] || wait "$qemu" 2>/dev/null || :
  qemu=''
}

# start_qemu ARCHITECTURE IMAGE-FOLDER OVERLAY SCENARIO
start_qemu() {
  local architecture=$1 folder=$2 overlay=$3 scenario=$4 machine console results
  if [[ $architecture == arm64 ]]; then
    machine=(qemu-system-aarch64 -M virt -cpu cortex-a72) console=ttyAMA0 results=ttyS0
  else
    machine=(qemu-system-x86_64 -M q35 -cpu max) console=ttyS0 results=ttyS1
  fi
  rm -f "$overlay.console" "$overlay.results"
  local serial=(-serial "file:$overlay.console")
  if [[ $architecture == arm64 ]]; then
    serial+=(-chardev "file,id=results,path=$overlay.results" -device 'pci-serial,chardev=results')
  else
    serial+=(-serial "file:$overlay.results")
  fi
  "${machine[@]}" -accel tcg,thread=single,tb-size=512 -icount shift=0,sleep=off -rtc clock=vm -smp 1 -m 1024 -nodefaults -no-user-config -display none -no-reboot \
    -kernel "$folder/kernel" -initrd "$folder/initrd" \
    -append "console=$console root=/dev/vda rw panic=-1 quiet mitigations=off nokaslr tsc=reliable rig.scenario=$scenario rig.results=$results" \
    -drive "file=$overlay,if=none,id=disk,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=disk -device virtio-rng-pci \
    "${serial[@]}" </dev/null &
  qemu=$!
}

make_overlay() { qemu-img create -q -f qcow2 -F raw -b "$1/image" "$2"; }

qemu_runs() { [[ -n $qemu ]] && kill -0 "$qemu" 2>/dev/null; }

panicked() { grep -qs 'Kernel panic' "$1.console"; }

# boot ARCHITECTURE FOLDER OVERLAY SCENARIO [UNTIL]: to its end, or to a line of the results; then power is cut.
boot() {
  local overlay=$3 until=${5:-} tries end
  for tries in 1 2 3; do
    start_qemu "$1" "$2" "$overlay" "$4"
    end=$((SECONDS + BOOT_LIMIT_S))
    while qemu_runs && ((SECONDS < end)); do
      [[ -z $until ]] || ! grep -qsE "$until" "$overlay.results" || break
      sleep 0.2
    done
    stop_qemu
    # The emulator's clock now and then upsets a kernel that has just begun; that is not what is tested.
    panicked "$overlay" && ! grep -qs 'TAP version' "$overlay.results" && ((tries < 3)) || return 0
    say 'The kernel panicked at its start: once more'
  done
}
