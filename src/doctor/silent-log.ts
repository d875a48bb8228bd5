import type { Log } from '../core/ports.ts';

/** The adapters' log while the doctor uses them: what matters of it comes back as a finding. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
