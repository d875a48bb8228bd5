# shellcheck shell=bash
# Another Node than the system's, with an npm of its time, from the npm registry. Needs lib.sh.

fetched_version=''

# fetch_node MAJOR NPM-MAJOR ARCHITECTURE FOLDER: into FOLDER/VERSION, laid out as Node's own archives are; the
# version is in `fetched_version` afterwards. ARCHITECTURE is Debian's name. What else is in FOLDER can be removed.
fetch_node() {
  local package=node-linux-${3/amd64/x64} folder=$4 prefix
  run_npm install --silent --ignore-scripts --no-save --prefix "$folder" "$package@$1" "npm@$2" || return
  fetched_version=$("$folder/node_modules/$package/bin/node" -p process.versions.node) || return
  prefix=$folder/$fetched_version
  mkdir -p "$prefix/lib/node_modules"
  mv "$folder/node_modules/$package"/{bin,include,LICENSE} "$prefix"
  mv "$folder/node_modules/npm" "$prefix/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$prefix/bin/npm"
}
