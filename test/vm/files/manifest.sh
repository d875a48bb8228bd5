#!/bin/sh
# Prints every file of the system: type, mode, owner, name, target of a link, and a digest of the content. Files that
# change independently of Parley are left out: virtual file systems, logs, caches, the state of dpkg and apt, the rig.
set -eu
export LC_ALL=C
cd /
find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./var/tmp -o -path ./rig \
  -o -path ./var/log -o -path ./var/cache -o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./var/lib/systemd -o -path ./var/lib/dbus \
  -o -path ./lost+found -o -path ./etc/systemd/system/rig.service -o -path ./etc/systemd/system/rig-hardware.service \
  -o -path ./etc/systemd/system/multi-user.target.wants/rig.service \
  -o -path ./etc/systemd/system/multi-user.target.wants/rig-hardware.service \
  -o -path ./etc/asound.conf -o -path ./etc/fstab -o -path ./etc/machine-id -o -path ./etc/resolv.conf \
  -o -path ./etc/hosts -o -path ./etc/hostname -o -path ./etc/ld.so.cache -o -path './etc/*-' -o -path ./etc/.updated -o -path ./var/.updated \
  \) -prune -o -printf '%y %m %U %G %p -> %l\n' | sort
find ./etc ./usr/local ./opt ./root ./boot -xdev -type f ! -path './etc/ld.so.cache' ! -path './etc/*-' ! -path ./etc/machine-id ! -path ./etc/resolv.conf \
  ! -path ./etc/hosts ! -path ./etc/hostname ! -path ./etc/fstab ! -path './etc/.*' ! -path './etc/systemd/system/rig*' ! -path ./etc/asound.conf \
  -exec sha256sum {} + | sort -k 2
