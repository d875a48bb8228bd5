# shellcheck shell=bash
# Runs programs of another architecture with QEMU's user emulation. It is registered with the kernel in a user
# namespace of their own, so nothing changes for the rest of the machine. Root in the namespace is root outside,
# without privileges over the kernel.

readonly EMULATOR=/usr/bin/qemu-aarch64-static

is_foreign() { [[ $1 != "$(dpkg --print-architecture)" ]]; }

# The line for binfmt_misc: the first bytes of a program for 64-bit ARM, from QEMU's own table. F opens the emulator
# now, so that it also works in a chroot.
arm64_rule() {
  local magic='\x7fELF\x02\x01\x01' mask='\xff\xff\xff\xff\xff\xff\xff' byte
  for byte in 00 00 00 00 00 00 00 00 00 02 00 b7 00; do magic+="\\x$byte"; done
  for byte in 00 ff ff ff ff ff ff ff ff fe ff ff ff; do mask+="\\x$byte"; done
  printf ':parley-arm64:M::%s:%s:%s:F' "$magic" "$mask" "$EMULATOR"
}

# for_architecture ARCHITECTURE COMMAND...: runs it where programs of that architecture can run.
for_architecture() {
  local architecture=$1 gate inside status=0
  shift
  if ! is_foreign "$architecture"; then
    "$@"
    return
  fi
  gate=$(mktemp -d)
  mkfifo "$gate/open"
  # shellcheck disable=SC2016  # the inner shell's own parameters
  unshare --user --mount --propagation private bash -c '
    set -e
    read -r <"$1"
    mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    printf "%s" "$2" >/proc/sys/fs/binfmt_misc/register
    exec "${@:3}"' for_architecture "$gate/open" "$(arm64_rule)" "$@" &
  inside=$!
  open_gate "$inside" "$gate/open" || kill "$inside" 2>/dev/null || :
  wait "$inside" || status=$?
  rm -r "$gate"
  return "$status"
}

# Maps users and groups to themselves, and starts the command; the maps can only be written from outside.
open_gate() {
  local inside=$1 map
  while [[ $(readlink "/proc/$inside/ns/user") == "$(readlink /proc/self/ns/user)" ]]; do
    kill -0 "$inside" 2>/dev/null || return
    sleep 0.05
  done
  for map in uid_map gid_map; do echo '0 0 65536' >"/proc/$inside/$map" || return; done
  echo >"$2"
}
