// A recorder for node-record-lpcm16, which loads it by its path: any program that writes raw samples to stdout.
// The package's own recorders write a WAV header and deliver 125 ms at a time.
// CommonJS, because the package requires it; it is copied beside the bundle as it is.

'use strict';

/** @param {{ command: string, args: string[], env: NodeJS.ProcessEnv }} options those of `record`, passed on */
module.exports = ({ command, args, env }) => ({
  cmd: command,
  args,
  spawnOptions: { env, stdio: ['ignore', 'pipe', 'pipe'] },
});
