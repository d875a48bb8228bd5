# shellcheck shell=bash
# A release is built beside the others and gets its name when it is complete and on the disk; one symbolic link says
# which one runs, and is replaced in one step. So a power cut leaves the old one or the new one.

readonly CURRENT=$HOME_OF_PARLEY/current

hash_of_sources() {
  find src scripts/build.js package-lock.json -type f | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c -64
}

# Whether `dist` was built from these sources, or there are no sources.
is_prebuilt() {
  [[ -f dist/parley.js && -f dist/packages.json ]] || return 1
  [[ -d src ]] || return 0
  [[ -f dist/sources.sha256 && $(<dist/sources.sha256) == "$(hash_of_sources)" ]]
}

# What the npm packages depend on: their versions, the processor, and the Node that loads the native ones.
hash_modules() {
  modules_hash=$({ cat package-lock.json && printf '%s\n' "$architecture" "$node_abi"; } | sha256sum | cut -c -64)
}

has_modules() { [[ -f $CURRENT/modules.sha256 && $(<"$CURRENT/modules.sha256") == "$modules_hash" ]]; }

needs_no_download() {
  has_node || return 1
  name_release
  [[ -d $RELEASES/$release_name ]] || { is_prebuilt && has_modules; }
}

# The name of the release of this checkout: the version, the hash of its files, and the Node, since another Node may
# need other native packages. Every file is read, so the name is cached until the Node changes.
release_name='' named_for_abi='' modules_hash=''

name_release() {
  [[ -z $release_name || $named_for_abi != "$node_abi" ]] || return 0
  local parts=(config systemd package.json package-lock.json) hash
  if is_prebuilt; then parts+=(dist); else parts+=(src scripts/build.js); fi
  hash=$(find "${parts[@]}" -type f | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c -8)
  named_for_abi=$node_abi
  [[ $(<package.json) =~ \"version\":\ *\"([^\"]+)\" ]]
  release_name=${BASH_REMATCH[1]}-$hash-node$node_abi
  hash_modules
}

current_release() {
  local target
  [[ -L $CURRENT ]] || return 0
  target=$(readlink "$CURRENT")
  printf '%s' "${target##*/}"
}

# The release to go back to. Where an upgrade was interrupted after the switch, the last one that was healthy.
release_before() {
  local name
  name=$(current_release)
  [[ $name != "$release" ]] || name=$(recorded healthy)
  [[ -z $name || ! -d $RELEASES/$name ]] || printf '%s' "$name"
}

remove_staging() {
  [[ -z $staging ]] || rm -rf "$staging"
  staging=''
}

build_release() {
  name_release
  release=$release_name
  rm -rf "$RELEASES"/.staging-* "$NODES"/.staging-*
  if [[ -d $RELEASES/$release ]]; then
    say "Release $release exists already"
    return
  fi
  say "Building release $release"
  mkdir -p "$RELEASES"
  staging=$(mktemp -d "$RELEASES/.staging-XXXXXX")
  chmod 755 "$staging"
  # npm's cache is removed with the staging folder, and is not in root's home.
  export npm_config_cache=$staging/build/cache
  if ! is_prebuilt || ! has_modules; then fetch_packages; fi
  make_modules
  make_dist
  add_files
  rm -rf "$staging/build"
  # On the disk before it has its name.
  sync -f "$staging"
  mv -T "$staging" "$RELEASES/$release"
  staging=''
  sync -f "$RELEASES"
  built=true
}

built=false

# In a folder of our own: nothing is written into the checkout.
fetch_packages() {
  mkdir "$staging/build"
  cp -r --no-preserve=mode,ownership package.json package-lock.json scripts "$staging/build"
  [[ ! -f .npmrc ]] || cp --no-preserve=mode,ownership .npmrc "$staging/build"
  [[ ! -d src ]] || cp -r --no-preserve=mode,ownership src "$staging/build"
  say 'Fetching the npm packages'
  (cd "$staging/build" &&
    run_npm ci --silent --ignore-scripts --include=optional --omit=dev) ||
    die 'npm could not fetch the packages: see above; connect the machine to the network, and run this again'
}

make_modules() {
  if has_modules; then
    cp -a "$CURRENT/node_modules" "$staging/node_modules"
    printf '%s\n' "$modules_hash" >"$staging/modules.sha256"
    return
  fi
  if (cd "$staging/build" && build_native); then printf '%s\n' "$modules_hash" >"$staging/modules.sha256"; fi
}

make_dist() {
  if is_prebuilt; then
    cp -r --no-preserve=mode,ownership dist "$staging/dist"
  else
    say 'Building Parley'
    (cd "$staging/build" && node scripts/build.js --out "$staging/dist")
  fi
  [[ -f $staging/dist/parley.js ]] || die 'the program could not be built: see above'
  [[ -d $staging/node_modules ]] || copy_modules
}

# Only what the program loads when it runs, without the sources and the build files of native packages.
copy_modules() {
  local folder
  while IFS= read -r folder; do
    mkdir -p "$staging/${folder%/*}"
    cp -a "$staging/build/$folder" "$staging/${folder%/*}/"
  done < <(cd "$staging/build" && node "$OLDPWD/scripts/setup/closure.js" "$staging/dist/packages.json")
  while IFS= read -r folder; do
    rm -rf "$folder"/{deps,src,binding.gyp}
    find "$folder/build" -type f ! -path '*/Release/*.node' -delete 2>/dev/null || :
    find "$folder/build" -type f -path '*/obj.target/*' -delete 2>/dev/null || :
    find "$folder/build" -depth -type d -empty -delete 2>/dev/null || :
  done < <(find "$staging/node_modules" -name binding.gyp -exec dirname {} +)
  find "$staging/node_modules" -type f \( -iname '*.md' -o -name '*.ts' -o -name '*.map' -o -name '.*' \) \
    ! -iname 'licen[cs]e*' -delete
}

add_files() {
  cp --no-preserve=mode,ownership package.json "$staging/"
  cp -r --no-preserve=mode,ownership config systemd "$staging/"
  mkdir "$staging/bin"
  ln -s "$node" "$staging/bin/node"
  cat >"$staging/bin/parley" <<'EOT'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/node" "$here/../dist/parley.js" "$@"
EOT
  chmod 755 "$staging/bin/parley"
}

switch_to() {
  [[ $(current_release) != "$1" ]] || return 0
  say "Switching to release $1"
  # The old releases that are kept are those that were used last.
  touch "$RELEASES/$1"
  link_to "releases/$1" "$CURRENT"
}

# Two old releases stay, so that the owner can go back by hand.
remove_old_releases() {
  local name kept=0 current path
  current=$(current_release)
  while IFS= read -r name; do
    [[ $name != "$current" ]] || continue
    kept=$((kept + 1))
    ((kept <= 2)) || rm -rf "${RELEASES:?}/$name"
  done < <(ls -t "$RELEASES")
  for path in "$NODES"/*/; do
    [[ ! -d $path ]] || readlink "$RELEASES"/*/bin/node | grep -q "^$path" || rm -rf "$path"
  done
}
