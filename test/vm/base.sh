# shellcheck shell=bash
# The base of the image: a minimal Debian 13, with a kernel that has gpio-sim (in Debian only the backports' kernel
# has it). setup.sh must install everything else that Parley needs. The base is cached outside of the repository,
# keyed by the content of this file.

cache_folder() { printf '%s' "${PARLEY_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/parley-vm}"; }

base_archive() {
  printf '%s/base-%s-%s.tar' "$(cache_folder)" "$1" "$(sha256sum test/vm/base.sh | cut -c -12)"
}

# The settings with which apt reaches the packages: proxies, certificates and the like.
apt_settings() { apt-config dump | grep -E '^Acquire::[^ ]+ "[^"]+";$' | grep -vE '^Acquire::(IndexTargets|Languages|cdrom)' || :; }

# The mirror of Debian that this machine uses; it has the other releases too.
mirror() {
  # shellcheck disable=SC2016  # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | sed -n 1p
}

# fetch_base ARCHITECTURE ARCHIVE SETTINGS SUITE...
fetch_base() {
  local architecture=$1 archive=$2 settings=$3 quirks=()
  shift 3
  # It would look for an emulator that is registered for the whole machine.
  ! is_foreign "$architecture" || quirks=(--skip=check/qemu)
  apt_settings >"$settings"
  # The initial RAM disk contains only the drivers of the emulated machine.
  # shellcheck disable=SC2016  # the hooks' own parameter
  for_architecture "$architecture" mmdebstrap "${quirks[@]}" --quiet --variant=minbase --components=main --architectures="$architecture" --aptopt="$settings" \
    --include="systemd,systemd-sysv,udev,dbus,kmod,iproute2,ca-certificates,initramfs-tools,zstd,linux-image-$architecture/trixie-backports" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/rig"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/etc/initramfs-tools/modules"' \
    trixie "$archive" "$@"
}

# make_base ARCHITECTURE: unless it is cached.
make_base() {
  local archive fresh started=$SECONDS from suite suites=()
  archive=$(base_archive "$1")
  [[ ! -f $archive ]] || return 0
  say "Making the base of the virtual Pi ($1, two or three minutes, or ten for another processor)"
  mkdir -p "$(cache_folder)"
  from=$(mirror)
  [[ -n $from ]] || die 'apt knows of no mirror of Debian here: run the virtual Pi on Debian, after sudo apt update'
  fresh=$(cache_folder)/making-base-$1.tar
  for suite in trixie trixie-backports trixie-updates; do suites+=("deb $from $suite main"); done
  fetch_base "$1" "$fresh" "$fresh.apt" "${suites[@]}" || {
    rm -f "$fresh" "$fresh.apt"
    return 1
  }
  rm -f "$fresh.apt"
  chmod 644 "$fresh"
  rm -f "$(cache_folder)/base-$1-"*.tar
  mv "$fresh" "$archive"
  say "The base is made ($((SECONDS - started)) s, $(du -m "$archive" | cut -f 1) MB)"
}
