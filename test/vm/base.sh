# shellcheck shell=bash
# The bare Pi: Debian 13 with what Raspberry Pi OS Lite has at the least, and a kernel with gpio-sim, which
# of Debian's only the backports have. What Parley needs beyond that is for setup.sh to install.

# shellcheck source=test/rigs/debian-root.sh
source test/rigs/debian-root.sh

cache_folder() { printf '%s' "${PARLEY_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/parley-vm}"; }

# with_base_recipe COMMAND ARCHITECTURE
with_base_recipe() {
  # The initial RAM disk loads what the emulated machine has, and nothing else.
  # shellcheck disable=SC2016  # the hooks' own parameter
  "$1" "$(cache_folder)" "base-$2" "$2" 'trixie trixie-backports trixie-updates' \
    --include="systemd,systemd-sysv,udev,dbus,kmod,iproute2,ca-certificates,initramfs-tools,zstd,linux-image-$2/trixie-backports" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/rig"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"'
}

base_archive() { with_base_recipe archive_of_root "$1"; }

# make_base ARCHITECTURE: where it is missing.
make_base() { with_base_recipe make_root "$1"; }
