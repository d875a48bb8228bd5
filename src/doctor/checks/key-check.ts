// The key: where it is, and who may read it; never what it is. Parley's unit gets it as a credential from a
// file that root alone can read, so for root the doctor looks there as the service manager would. Anybody
// else is told to ask as root, and not that something is wrong.

import { lstatSync, statSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { readKey } from '../../config/key.ts';
import { readTextFile } from '../../config/text-file.ts';
import { ConfigError, errorCode } from '../../core/errors.ts';
import { type Check, type Finding, fail, pass, skip, warn } from '../check.ts';
import { failedBy } from '../finding-from-error.ts';

export interface KeyPlaces {
  /** OPENAI_API_KEY is taken out of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** What the unit's LoadCredential reads. */
  readonly credstoreFile?: string;
  /** Where it is, Parley is installed as a service. */
  readonly unitFile?: string;
}

export interface FoundKey {
  /** Whether a header has a place for it. */
  readonly isWanted: boolean;
  readonly key: string | undefined;
  /** Whatever lies in any place for a key, refused or not: no output may show it. */
  readonly secrets: readonly string[];
  readonly check: Check;
}

interface Found {
  readonly key?: string | undefined;
  readonly finding: Finding;
}

const standardCredstore = '/etc/credstore/parley-openai-api-key';
const standardUnit = '/etc/systemd/system/parley.service';
const mostBytes = 4096;

const isThere = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR';
  }
};

/** A place that has the key, or why it has not. */
const tryPlace = (name: string, read: () => string | undefined): Found | undefined => {
  try {
    const key = read();
    return key === undefined ? undefined : { key, finding: pass(`from ${name}`) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { finding: failedBy(error.message, 'Store the key again.') };
  }
};

const asRoot = (path: string): Finding => skip(`only root may read ${path}: run this with sudo`);

/** As systemd reads it: root's own, and nobody else's to read. */
const inCredstore = (path: string): Found | undefined => {
  if (!isThere(path)) return undefined;
  try {
    const { mode, uid } = statSync(path);
    if (uid !== 0 && process.geteuid?.() === 0)
      return { finding: fail(`${path} belongs to user ${uid}`, `sudo chown root:root ${path}`) };
    if ((mode & 0o077) !== 0)
      return { finding: fail(`${path} may be read by others`, `sudo chmod 600 ${path}`) };
  } catch (error) {
    if (errorCode(error) === 'EACCES') return { finding: asRoot(path) };
    return { finding: fail(`${path} cannot be read`, 'Store the key there again.') };
  }
  return tryPlace(`${path}, readable by root alone`, () => readKey({ keyFile: path, environment: {} }));
};

const inKeyFile = (path: string): Found | undefined => {
  if (path === '') return undefined;
  const found = tryPlace(path, () => readKey({ keyFile: path, environment: {} }));
  const locked = found?.key === undefined && process.geteuid?.() !== 0 && isUnreadable(path);
  return locked ? { finding: asRoot(path) } : found;
};

const isUnreadable = (path: string): boolean => {
  try {
    readTextFile(path, '', mostBytes);
    return false;
  } catch {
    return isThere(path);
  }
};

const inEnvironment = (environment: NodeJS.ProcessEnv, unitFile: string): Found | undefined => {
  const found = tryPlace('OPENAI_API_KEY', () => readKey({ environment }));
  if (found?.key === undefined || !isThere(unitFile)) return found;
  const remedy = `The service does not see this variable: store the key in ${standardCredstore} too.`;
  return { ...found, finding: warn('only from OPENAI_API_KEY', remedy) };
};

const none = (credstore: string): Finding =>
  fail(
    'there is none',
    `Put it into ${credstore} (root:root, chmod 600), or run setup.sh again, which asks for it.`,
  );

const wantsKey = ({ realtime }: Config): boolean =>
  Object.values(realtime.headers).some((template) => template.includes('{key}'));

const contents = (path: string): string[] => {
  try {
    const text = readTextFile(path, '', mostBytes)?.text.trim() ?? '';
    return text === '' ? [] : [text];
  } catch {
    return [];
  }
};

/** Looks in the order in which the service does, and never throws for what it finds. */
export const findKey = (config: Config, places: KeyPlaces): FoundKey => {
  const { environment, credstoreFile = standardCredstore, unitFile = standardUnit } = places;
  const directory = environment['CREDENTIALS_DIRECTORY'];
  const { keyFile } = config.realtime;
  const fromVariable = environment['OPENAI_API_KEY'];
  const files = [credstoreFile, keyFile, directory ? `${directory}/openai-api-key` : ''];
  const secrets = files.filter((file) => file !== '').flatMap(contents);
  if (fromVariable !== undefined) secrets.push(fromVariable, fromVariable.trim());
  const variable = inEnvironment(environment, unitFile);
  const credential = directory
    ? tryPlace('the credential openai-api-key', () =>
        readKey({ credentialsDirectory: directory, environment: {} }),
      )
    : undefined;
  const stored = credential ?? inCredstore(credstoreFile);
  // What only root can see may be right; whoever asks goes on with what there is.
  const next = inKeyFile(keyFile) ?? variable;
  const found = (stored?.finding.verdict === 'skip' ? (next ?? stored) : (stored ?? next)) ?? {
    finding: none(credstoreFile),
  };
  const isWanted = wantsKey(config);
  const finding = isWanted ? found.finding : pass('the service wants none');
  return {
    isWanted,
    key: found.key,
    secrets,
    check: { id: 'key', title: 'Key', run: () => Promise.resolve(finding) },
  };
};
