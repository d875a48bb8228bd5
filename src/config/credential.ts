// Secrets of tools and MCP servers: a credential of the service manager by its name, or a private file by its path.

import { isAbsolute, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { checkedSecret, privateSecret } from './key.ts';
import { readTextFile } from './text-file.ts';

const maxBytes = 4096;

/**
 * The secret of that name or path.
 * @param wanter who wants it, such as 'The tool "switch_light"'
 * @param directory $CREDENTIALS_DIRECTORY, as the service manager sets it
 * @throws ConfigError where it cannot be read, may be read by others, or holds no secret
 */
export const readCredential = (name: string, wanter: string, directory: string | undefined): string => {
  if (isAbsolute(name)) return privateSecret(name, `${wanter} wants the credential file`);
  const what = `The credential ${name}`;
  const path = directory === undefined ? undefined : join(directory, name);
  const file = path === undefined ? undefined : readTextFile(path, 'The credential', maxBytes);
  if (file !== undefined) return checkedSecret(file.text, what);
  throw new ConfigError(
    `${wanter} wants the credential ${name}, and there is none: store it as /etc/credstore/${name} (chmod 600), and ` +
      `let the service have it ("sudo systemctl edit parley": [Service] LoadCredential=${name}).`,
  );
};
