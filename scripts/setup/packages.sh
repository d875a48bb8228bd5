# shellcheck shell=bash
# Debian's packages and Node. Debian 13 has a Node that is new enough; elsewhere Parley gets a private one
# from the npm registry, and the system's stays as it is. What is newly installed is recorded.

# Long-term support, until 2028. With an npm of its time: what Debian 12's npm builds for it crashes.
readonly PRIVATE_NODE=24
readonly PRIVATE_NPM=11
readonly NODES=$HOME_OF_PARLEY/node

# A Node that the service may trust: it and its folders belong to root, and it is in no home folder.
has_system_node() {
  local path
  has node || return 1
  path=$(readlink -f "$(command -v node)")
  [[ $path != /home/* && $path != /root/* && $path != "$NODES"/* ]] && is_owned_by_root "$path" && has_node
}

# is_roots PATH: the file, and every folder above it.
is_owned_by_root() {
  local path=$1 places=() owners
  while [[ -n $path ]]; do
    places+=("$path")
    path=${path%/*}
  done
  owners=$(stat -c %u "${places[@]}") && [[ -z ${owners//[0$'\n']/} ]]
}

plan_node() {
  if has_system_node; then
    node_plan=here
  elif [[ $system_version == 13 ]]; then
    node_plan=debian
  else
    node_plan=private
    [[ $architecture != armhf ]] ||
      die "this system has no Node $MIN_NODE, and there is none for armhf: use the 64-bit system, or version 13"
    use_private_node || :
  fi
}

missing_packages() {
  needs alsa-utils has arecord
  [[ $system_version == 12 ]] || needs gpiod has gpiodetect
  [[ $node_plan != debian ]] || needs nodejs has node
  # A release that is built already needs neither npm nor a compiler.
  ! needs_no_download || return 0
  needs npm has npm
  needs build-essential eval 'has g++ && has make'
  needs python3 has python3
  needs libasound2-dev test -f /usr/include/alsa/asoundlib.h
}

installed_packages() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u; }

# What apt would install.
planned_packages() {
  LC_ALL=C apt-get -s install -y --no-install-recommends "$@" </dev/null 2>/dev/null |
    sed -nE 's/^Inst ([^ :]+).*/\1/p' | sort -u | comm -23 - <(installed_packages)
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  ((${#packages[@]} > 0)) || return 0
  prepare_debian "${packages[@]}"
  # Before they are installed: --uninstall finds them, even if setup is interrupted here.
  record packages "$(planned_packages "${packages[@]}")"
  # A daemon that a package starts must not hold our lock.
  install_prepared "${packages[@]}" 9>&-
}

# record FILE LINES: for --uninstall.
record() {
  [[ -n $2 ]] || return 0
  mkdir -p "$RECORDS"
  { recorded "$1" && printf '%s\n' "$2"; } | sort -u >"$RECORDS/$1.new"
  put_in_place "$RECORDS/$1"
}

# The private Node goes before the system's in PATH, for us and for npm.
use_private_node() {
  local found
  found=$(find "$NODES" -path "$NODES/[0-9]*/bin/node" 2>/dev/null | sort -V | tail -n 1)
  [[ -n $found ]] || return 1
  PATH=${found%/node}:$PATH
  read_node
  has_node
}

fetch_private_node() {
  local fresh
  say "Fetching Node $PRIVATE_NODE for Parley alone"
  mkdir -p "$NODES"
  fresh=$(mktemp -d "$NODES/.staging-XXXXXX")
  staging=$fresh
  export npm_config_cache=$fresh/cache
  fetch_node "$PRIVATE_NODE" "$PRIVATE_NPM" "$architecture" "$fresh" ||
    die 'npm could not fetch Node: see above; connect the machine to the network, and run this again'
  sync -f "$fresh"
  mv -T "$fresh/$fetched_version" "$NODES/$fetched_version"
  remove_staging
}

find_node() {
  if [[ $node_plan == private ]] && ! has_node; then
    fetch_private_node
    use_private_node || die 'the Node that npm fetched does not run on this machine: use Raspberry Pi OS 13, which has its own'
  fi
  # Debian's may have been installed only now.
  [[ $node_plan != debian ]] || read_node
  has_node || die "Node $MIN_NODE or newer is needed, this is ${node_version:-none}: update the system, and run this again"
  node=$(readlink -f "$(command -v node)")
}
