// A recorder for node-record-lpcm16, which loads it by its path: raw samples without a header, in
// periods short enough for a conversation. The package's own recorders deliver lumps of 125 ms.
// CommonJS, because the package requires it; it is copied beside the bundle as it is.

'use strict';

const MICROSECONDS_PER_MS = 1000;
const BUFFER_PERIODS = 10;

/**
 * @typedef {object} RecorderOptions what the package passes on of the options of `record`
 * @property {number} sampleRate
 * @property {string} device
 * @property {number} periodMs
 * @property {string} command the program to run, arecord or one that takes its arguments
 * @property {(command: string, args: readonly string[]) => { command: string, args: string[] }} bound
 * @property {() => NodeJS.ProcessEnv} childEnvironment
 */

/** @param {RecorderOptions} options */
module.exports = (options) => {
  const periodUs = options.periodMs * MICROSECONDS_PER_MS;
  const { command, args } = options.bound(options.command, [
    '-q',
    ...['-D', options.device, '-t', 'raw', '-f', 'S16_LE', '-r', String(options.sampleRate), '-c', '1'],
    `--period-time=${periodUs}`,
    `--buffer-time=${periodUs * BUFFER_PERIODS}`,
    '-',
  ]);
  return {
    cmd: command,
    args,
    spawnOptions: { env: options.childEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
  };
};
