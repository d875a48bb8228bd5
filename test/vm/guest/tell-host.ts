// A word to the host, by the port of the results, where it stands as a comment: at some it cuts the power.

import { appendFileSync } from 'node:fs';

export const tellHost = (line: string): void =>
  appendFileSync(process.env['RIG_RESULTS'] ?? '/dev/null', `# ${line}\n`);
