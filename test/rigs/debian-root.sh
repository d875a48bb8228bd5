# shellcheck shell=bash
# Debian 13 roots: minimal systems that mmdebstrap makes from this machine's own mirror and that are kept as tar
# archives outside the repository, and commands run in one. Needs scripts/lib.sh and test/vm/user-emulation.sh.

# How this machine reaches the packages: proxies, certificates and the like.
apt_settings() { apt-config dump | grep -E '^Acquire::[^ ]+ "[^"]+";$' | grep -vE '^Acquire::(IndexTargets|Languages|cdrom)' || :; }

# The mirror that this machine is configured with; it holds the other releases of Debian, too.
mirror() {
  # shellcheck disable=SC2016  # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 'Component: main' | sed -n 1p
}

# archive_of_root FOLDER NAME RECIPE...: the path of the archive. The hash of the recipe, which is every word of it,
# is part of its name.
archive_of_root() { printf '%s/%s-%s.tar' "$1" "$2" "$(sha256sum <<<"${*:3}" | cut -c -12)"; }

# make_root FOLDER NAME ARCHITECTURE SUITES OPTION...: makes the archive where it is missing, and removes those of
# older recipes. SUITES is one word, with blanks; every OPTION goes to mmdebstrap.
make_root() {
  local folder=$1 name=$2 architecture=$3 suites=$4 started=$SECONDS archive fresh from suite sources=() quirks=()
  archive=$(archive_of_root "$@")
  shift 4
  [[ ! -f $archive ]] || return 0
  say "Making the Debian root $name (a minute or two, ten for another processor)"
  from=$(mirror)
  [[ -n $from ]] || die 'apt has no mirror of Debian here: run this on Debian, after sudo apt update'
  for suite in $suites; do sources+=("deb $from $suite main"); done
  # It looks for QEMU where the whole machine would have to know it.
  ! is_foreign "$architecture" || quirks=(--skip=check/qemu)
  mkdir -p "$folder"
  fresh=$folder/making-$name.tar
  apt_settings >"$fresh.apt"
  for_architecture "$architecture" mmdebstrap "${quirks[@]}" --quiet --variant=minbase --components=main \
    --architectures="$architecture" --aptopt="$fresh.apt" "$@" trixie "$fresh" "${sources[@]}" || {
    rm -f "$fresh" "$fresh.apt"
    return 1
  }
  keep_root "$fresh" "$archive"
  say "The root is made ($((SECONDS - started)) s, $(du -m "$archive" | cut -f 1) MB)"
}

# keep_root FRESH ARCHIVE: gives a finished archive its name, in place of the older ones.
keep_root() {
  chmod 644 "$1"
  rm -f "$1.apt" "${2%-*}"-*.tar
  mv "$1" "$2"
}

# Of the devices mmdebstrap makes some; in_root brings those of this machine.
unpack_root() {
  mkdir -p "$2"
  tar -xf "$1" -C "$2" --exclude='./dev/*'
}

# in_root ARCHITECTURE ROOT COMMAND...: as root, with the network, the certificates and npm's settings of this
# machine, in separate namespaces: processes that are left over end with the command. dpkg does not wait for the
# disk after each file: an interrupted build starts from the beginning.
in_root() {
  local architecture=$1 root=$2
  shift 2
  # A new /proc or /sys is refused in a user namespace where parts of the old one are covered.
  # shellcheck disable=SC2016  # the inner shell's own parameters
  for_architecture "$architecture" unshare --mount --pid --fork --kill-child bash -c '
    set -e
    root=$1
    shift
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t sysfs sysfs "$root/sys" 2>/dev/null || mount --rbind /sys "$root/sys"
    mount -t tmpfs tmpfs "$root/run"
    mkdir "$root/run/host"
    cp -L /etc/resolv.conf "$root/run/host/resolv.conf" 2>/dev/null || : >"$root/run/host/resolv.conf"
    cp -L "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/run/host/certificates.crt"
    grep -v ^nodedir= "$HOME/.npmrc" >"$root/run/host/npmrc" 2>/dev/null || true
    touch "$root/etc/resolv.conf"
    mount --bind "$root/run/host/resolv.conf" "$root/etc/resolv.conf"
    exec chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      DPKG_FORCE=unsafe-io SSL_CERT_FILE=/run/host/certificates.crt NODE_EXTRA_CA_CERTS=/run/host/certificates.crt \
      npm_config_userconfig=/run/host/npmrc "$@"' in_root "$root" "$@"
}
