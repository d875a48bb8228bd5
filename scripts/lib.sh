# shellcheck shell=bash
# Shared by try.sh, test.sh, setup.sh and .ci/run: installs what is missing, and only that. Every function looks
# at the machine before it changes anything, so a second run works without a network. Only apt and npm fetch.

readonly MIN_NODE=20.19.0

say() { printf '==> %s\n' "$*"; }
warn() { printf 'parley: %s\n' "$*" >&2; }
die() {
  warn "$@"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# needs PACKAGE CHECK...: names the Debian package unless the check succeeds.
needs() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || printf '%s\n' "$package"
}

# at_least VERSION MINIMUM
at_least() { sort -VC <<<"$2"$'\n'"$1"; }

# The Node in PATH: its version, the version of its binary interface, and the folder that it is installed in. Asked
# once: on a small Pi a start of Node takes half a second.
node_version='' node_abi='' node_prefix='' node_is_new_enough=false

read_node() {
  node_version='' node_abi='' node_prefix='' node_is_new_enough=false
  # shellcheck disable=SC2034  # node_abi is for setup.sh
  ! has node || read -r node_version node_abi node_prefix < <(
    node -p 'const { node, modules } = process.versions; [node, modules, require("path").resolve(process.execPath, "../..")].join(" ")'
  ) || :
  [[ -z $node_version ]] || ! at_least "$node_version" "$MIN_NODE" || node_is_new_enough=true
}

has_node() {
  [[ -n $node_version ]] || read_node
  $node_is_new_enough
}

offered_node() {
  has apt-cache || return 0
  LC_ALL=C apt-cache policy nodejs | sed -n 's/^ *Candidate: *\([0-9.]*\).*/\1/p'
}

# Refuses a Node that is too old before anything is installed beside it.
check_node() {
  local way='use Debian 13 or Raspberry Pi OS 13, or install a newer Node from nodejs.org, and run this again'
  if has node && ! has_node; then
    die "Node $node_version is too old, Parley needs $MIN_NODE or newer: $way"
  fi
  has node && return
  local offered
  offered=$(offered_node)
  if [[ -n $offered ]] && ! at_least "$offered" "$MIN_NODE"; then
    die "this system offers Node $offered, Parley needs $MIN_NODE or newer: $way"
  fi
}

# Without a terminal sudo cannot ask for a password and fails.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -o DPkg::Lock::Timeout=60 "$@" </dev/null
}

# apt waits for dpkg's lock, but not for the lock of its lists. A failed update is no error here: the lists
# of the last one may be good enough.
apt_update() {
  local output tries
  for tries in {1..30}; do
    output=$(apt_get -o APT::Update::Error-Mode=any update 2>&1) && return
    [[ $output == *'Could not get lock'* ]] || break
    ((tries > 1)) || say 'Waiting for another apt to end (a minute at most)'
    sleep 2
  done
  tail -n 5 <<<"$output" >&2
}

install_debian() {
  (($# > 0)) || return 0
  prepare_debian "$@"
  install_prepared "$@"
}

# Fetches the package lists.
prepare_debian() {
  has apt-get || die "install these yourself, this system has no apt-get, and run this again: $*"
  ((EUID == 0)) || has sudo || die "run this as root, or install these first: $*"
  say 'Fetching the package lists'
  apt_update
  [[ " $* " != *' nodejs '* ]] || check_node
}

install_prepared() {
  say "Installing $* (a minute or so)"
  local output
  if ! output=$(apt_get install -y --no-install-recommends "$@" 2>&1); then
    tail -n 15 <<<"$output" >&2
    warn "apt-get could not install $*: see above; connect the machine to the network, or let another apt end, and run this again"
    return 1
  fi
}

# With Node's own headers, so that a native package is built without fetching them.
run_npm() {
  local headers=''
  [[ -n $node_version ]] || read_node
  [[ ! -f $node_prefix/include/node/node_api.h ]] || headers=$node_prefix
  env ${headers:+"npm_config_nodedir=$headers"} npm --no-audit --no-fund --no-update-notifier "$@" </dev/null
}

# install_npm running|developing: the packages without their install scripts; see build_native. Where those for
# development are installed, they stay.
install_npm() {
  local missing options=() kinds=(--include=optional --include=dev)
  [[ $1 == running ]] || options=(--dev)
  [[ $1 == developing || -d node_modules/typescript ]] || kinds=(--include=optional --omit=dev)
  missing=$(node scripts/missing.js "${options[@]}")
  [[ -n $missing ]] || return 0
  say 'Installing the npm packages'
  if ! run_npm ci --ignore-scripts "${kinds[@]}"; then
    warn 'npm could not install the packages: see above; connect the machine to the network and run this again'
    return 1
  fi
}

# speaker is not loaded: it ends the process where there is no sound card.
has_native() {
  case $1 in
    speaker) [[ -f node_modules/speaker/build/Release/binding.node ]] ;;
    # Where it was never built, Node need not be started to see that.
    epoll) [[ -f node_modules/epoll/build/Release/epoll.node ]] && node -e 'require("epoll")' >/dev/null 2>&1 ;;
  esac
}

# Builds epoll (for onoff) and speaker for this Node. speaker lacks the settings for 64-bit ARM, which are the
# same as those for 64-bit Intel.
build_native() {
  local name missing=() settings=node_modules/speaker/deps/mpg123/config/linux
  for name in speaker epoll; do has_native "$name" || missing+=("$name"); done
  ((${#missing[@]} > 0)) || return 0
  say 'Building the native packages'
  [[ ! -d $settings/x64 || -d $settings/arm64 ]] || cp -r "$settings/x64" "$settings/arm64"
  # Each alone: one that cannot be built leaves the other as it is.
  local output status=0
  for name in "${missing[@]}"; do
    if output=$(run_npm rebuild --ignore-scripts=false "$name" 2>&1) && has_native "$name"; then continue; fi
    tail -n 15 <<<"$output" >&2
    warn "$(backend_of_native "$name") is not available here: the package $name could not be built, see above"
    status=1
  done
  return "$status"
}

backend_of_native() {
  case $1 in
    speaker) printf 'the loudspeaker backend "speaker"' ;;
    epoll) printf 'the GPIO backend "onoff"' ;;
  esac
}
