# shellcheck shell=bash
# The image of the virtual Pi: the base, with Parley installed by its own setup script. That runs in a chroot and
# not in the emulator, where npm alone takes three minutes. Then the rig: the simulated hardware, the tests, and
# the checkouts for upgrades.

readonly RIG_KEY=sk-rig-0123456789-never-to-be-seen
readonly RIG_URL=ws://127.0.0.1:8765/v1/realtime

# Every file that is in the repository or not ignored, with its current content.
copy_checkout() {
  mkdir -p "$1"
  git ls-files -co --exclude-standard -z | while IFS= read -r -d '' file; do
    [[ ! -f $file ]] || cp --parents -- "$file" "$1/"
  done
}

# next: a newer release, already built. broken: a release that builds, but whose service does not start.
make_checkouts() {
  local rig=$1 version
  copy_checkout "$rig/checkout"
  cp -r "$rig/checkout" "$rig/next"
  cp -r dist "$rig/next/dist"
  cp -r "$rig/next" "$rig/broken"
  mv "$rig/broken/dist/parley.js" "$rig/broken/dist/whole.js"
  cat >"$rig/broken/dist/parley.js" <<'EOT'
if (process.argv[2] === 'run') {
  process.stdout.write(`${JSON.stringify({ level: 'error', msg: 'This release is broken on purpose.' })}\n`);
  process.exit(1);
}
await import('./whole.js');
EOT
  for version in next=0.2.0 broken=0.3.0; do
    sed -i "s/\"version\": \"[^\"]*\"/\"version\": \"${version#*=}\"/" "$rig/${version%=*}/package.json"
  done
}

make_rig() {
  local root=$1
  mkdir -p "$root/rig"
  cp test/vm/files/* "$root/rig/"
  chmod 755 "$root"/rig/*.sh
  (umask 077 && printf '%s\n' "$RIG_KEY" >"$root/rig/api-key")
  node_modules/.bin/esbuild test/vm/guest/main.ts --bundle --platform=node --format=esm --target=node20 --log-level=warning \
    --external:bufferutil --external:utf-8-validate --outfile="$root/rig/guest.mjs" \
    --banner:js="import { createRequire as requireOfRig } from 'node:module'; const require = requireOfRig(import.meta.url);"
  make_checkouts "$root/rig"
}

# The units of the rig, installed after setup.sh so that it cannot depend on them.
enable_rig() {
  local root=$1 wants=$1/etc/systemd/system/multi-user.target.wants
  mv "$root"/rig/*.service "$root/etc/systemd/system/"
  mv "$root/rig/asound.conf" "$root/etc/asound.conf"
  mkdir -p "$wants"
  ln -s ../rig-hardware.service ../rig.service "$wants/"
  : >"$root/etc/fstab"
}

set_up_parley() {
  in_root "$1" "$2" /rig/checkout/scripts/setup.sh --yes --api-key-file /rig/api-key --url "$RIG_URL" \
    --microphone plughw:CARD=rigmic,DEV=1 --loudspeaker plughw:CARD=rigspk,DEV=1 --button-gpio 17 --light-gpio 27
}

# The folder of the image of this base and this checkout, by the current content of every file.
image_folder() {
  local sums
  sums=$(git ls-files -co --exclude-standard -z | LC_ALL=C sort -z | xargs -0 sha256sum 2>/dev/null || :)
  printf '%s/image-%s-%s' "$(cache_folder)" "$1" "$(sha256sum <<<"$(base_archive "$1") $sums" | cut -c -12)"
}

# make_image ARCHITECTURE FOLDER: unless it is cached. The folder contains image, kernel, initrd and guest.mjs.
make_image() {
  local architecture=$1 folder root started=$SECONDS
  [[ ! -d $2 ]] || return 0
  folder=$(cache_folder)/making-image-$1 root=$folder/root
  say "Installing Parley on the virtual Pi ($architecture)"
  rm -rf "$folder"
  mkdir -p "$root"
  unpack_root "$(base_archive "$architecture")" "$root"
  make_rig "$root"
  cp "$root/rig/guest.mjs" "$folder/"
  in_root "$architecture" "$root" /rig/manifest.sh >"$folder/before.manifest"
  set_up_parley "$architecture" "$root"
  in_root "$architecture" "$root" node /rig/guest.mjs configure
  cp "$folder/before.manifest" "$root/rig/"
  enable_rig "$root"
  cp -L "$root/vmlinuz" "$folder/kernel"
  cp -L "$root/initrd.img" "$folder/initrd"
  say "Parley is installed ($((SECONDS - started)) s)"
  # The file system has a journal, as on a Pi: power cuts are tested.
  mke2fs -q -t ext4 -d "$root" "$folder/image" 4G >/dev/null
  rm -rf "$root" "$(cache_folder)/image-$architecture-"*
  mv "$folder" "$2"
  say "The image is made ($((SECONDS - started)) s)"
}
