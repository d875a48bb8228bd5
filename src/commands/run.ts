// `parley run`: the service. It ends by a signal, with an exit code.

import { type Config, readConfig } from '../config/config.ts';
import { readCredentials, readKey, secretsFor } from '../config/secrets.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import { createMask } from '../core/redact-secrets.ts';
import { createLog } from '../daemon/log.ts';
import { startDaemon } from '../daemon/main.ts';
import { closeDebugger } from '../system/no-debugger.ts';

/** Runs until SIGTERM or SIGINT, or until the button fails. SIGUSR1 is a press. */
export const run = async (options: { readonly config?: string }): Promise<ExitCode> => {
  const config = readConfig(options.config);
  const key = keyFor(config);
  const credentials = readCredentials(config, process.env['CREDENTIALS_DIRECTORY']);
  const secrets = secretsFor(config, key, credentials);
  const log = createLog({ level: config.log.level, format: config.log.format, secrets });
  for (const { code, sentence } of credentials.faults.values()) log.warn({ code }, sentence);
  const ending = createEnding();
  closeDebugger();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      log.info({ signal }, 'Stopping');
      ending.end(exitCodes.ok);
    });
  const daemon = await startDaemon({
    config,
    key,
    credentials,
    log,
    mask: createMask(secrets).text,
    onButtonFailed: ({ code, sentence }) => {
      log.error({ code }, sentence);
      ending.end(exitCodes.unavailable);
    },
  });
  process.on('SIGUSR1', () => daemon.press('by SIGUSR1'));
  const code = await ending.ended;
  await daemon.stop();
  log.info({}, 'Stopped');
  return code;
};

export interface Ending {
  readonly ended: Promise<ExitCode>;
  /** Only the first call has an effect. */
  end(code: ExitCode): void;
}

export const createEnding = (): Ending => {
  // Node ends when nothing is pending, and a listener for signals is not pending. An open port is, and unlike a
  // timer it never uses the processor.
  const { port1 } = new MessageChannel();
  port1.ref();
  let end: (code: ExitCode) => void = () => {};
  const ended = new Promise<ExitCode>((resolve) => {
    end = (code) => {
      port1.close();
      resolve(code);
    };
  });
  return { ended, end };
};

/** Reads the key from where the configuration says, and removes it from the environment. */
export const keyFor = ({ realtime: { keyFile } }: Config): string | undefined => {
  const { CREDENTIALS_DIRECTORY: credentialsDirectory } = process.env;
  return readKey({ credentialsDirectory, keyFile, environment: process.env });
};
