// The key: where it is stored, and who may read it; never what it is. Parley's unit gets it as a credential from
// a file that only root can read, so for root the doctor looks there as the service manager would. Any other
// user is told to use sudo, and not that something is wrong.

import { lstatSync, statSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { readKey } from '../../config/secrets.ts';
import { ConfigError, errorCode } from '../../core/errors.ts';
import { readTextFile } from '../../system/text-file.ts';
import { type Check, createCheck, type Finding, fail, findingFromError, pass, skip, warn } from '../check.ts';

export interface KeyPlaces {
  /** OPENAI_API_KEY is removed from it. */
  readonly environment: NodeJS.ProcessEnv;
  /** The file that the unit's LoadCredential reads. */
  readonly credstoreFile?: string;
  /** Where it exists, Parley is installed as a service. */
  readonly unitFile?: string;
}

export interface FoundKey {
  /** Whether a header contains it. */
  readonly isNeeded: boolean;
  readonly key: string | undefined;
  /** The contents of every place for a key, valid or not: no output may show them. */
  readonly secrets: readonly string[];
  readonly check: Check;
}

interface Found {
  readonly key?: string | undefined;
  readonly finding: Finding;
}

const standardCredstore = '/etc/credstore/parley-openai-api-key';
const standardUnit = '/etc/systemd/system/parley.service';
const MAX_KEY_BYTES = 4096;

const exists = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR';
  }
};

/** The key of one place, or why it cannot be used; undefined where the place has none. */
const tryPlace = (place: string, read: () => string | undefined, remark = ''): Found | undefined => {
  try {
    const key = read();
    return key === undefined ? undefined : { key, finding: pass('key-found', `from ${place}${remark}`) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const isLocked = error.code === 'file-unreadable' && exists(place) && process.geteuid?.() !== 0;
    if (isLocked) return { finding: needsRoot(place) };
    return { finding: findingFromError(error, 'key-invalid', `the one in ${place} cannot be used`) };
  }
};

const inFile = (path: string, remark?: string): Found | undefined =>
  tryPlace(path, () => readKey({ keyFile: path, environment: {} }), remark);

export const needsRoot = (path: string): Finding =>
  skip('key-needs-root', `only root may read ${path}: run this with sudo`);

/** What systemd refuses: root owns the file, and others may not read it. */
export const judgePermissions = (
  path: string,
  { mode, uid }: { readonly mode: number; readonly uid: number },
  isRoot: boolean,
): Finding | undefined => {
  if (uid !== 0 && isRoot)
    return fail('key-wrong-owner', `${path} belongs to user ${uid}`, `sudo chown root:root ${path}`);
  return (mode & 0o077) === 0
    ? undefined
    : fail('key-readable-by-others', `${path} may be read by others`, `sudo chmod 600 ${path}`);
};

const inCredstore = (path: string): Found | undefined => {
  if (!exists(path)) return undefined;
  try {
    const finding = judgePermissions(path, statSync(path), process.geteuid?.() === 0);
    if (finding !== undefined) return { finding };
  } catch (error) {
    if (errorCode(error) === 'EACCES') return { finding: needsRoot(path) };
    return { finding: fail('key-unreadable', `${path} cannot be read`, 'Store the key there again.') };
  }
  return inFile(path, ', readable by root alone');
};

const inEnvironment = (environment: NodeJS.ProcessEnv, unitFile: string): Found | undefined => {
  const found = tryPlace('OPENAI_API_KEY', () => readKey({ environment }));
  if (found?.key === undefined || !exists(unitFile)) return found;
  const remedy = `The service does not see this variable: store the key in ${standardCredstore} too.`;
  return { ...found, finding: warn('key-only-in-environment', 'only from OPENAI_API_KEY', remedy) };
};

/** The trimmed text; '' where there is no file, or it cannot be read. */
const readContents = (path: string): string => {
  try {
    return readTextFile(path, '', MAX_KEY_BYTES)?.text.trim() ?? '';
  } catch {
    return '';
  }
};

/** Looks in the order in which the service does. Never throws. */
export const findKey = (config: Config, places: KeyPlaces): FoundKey => {
  const { environment, credstoreFile = standardCredstore, unitFile = standardUnit } = places;
  const directory = environment['CREDENTIALS_DIRECTORY'];
  const { keyFile, headers } = config.realtime;
  const fromVariable = environment['OPENAI_API_KEY'];
  const files = [credstoreFile, keyFile, directory ? `${directory}/openai-api-key` : ''];
  const secrets = files.map(readContents).filter((text) => text !== '');
  if (fromVariable !== undefined) secrets.push(fromVariable, fromVariable.trim());
  const variable = inEnvironment(environment, unitFile);
  const credential = directory
    ? tryPlace('the credential openai-api-key', () =>
        readKey({ credentialsDirectory: directory, environment: {} }),
      )
    : undefined;
  const stored = credential ?? inCredstore(credstoreFile);
  // A file that only root can read may be valid: other users go on with the next place.
  const next = (keyFile === '' ? undefined : inFile(keyFile)) ?? variable;
  const first = stored?.finding.verdict === 'skip' ? (next ?? stored) : (stored ?? next);
  const remedy = `Put it into ${credstoreFile} (root:root, chmod 600), or run setup.sh again, which asks for it.`;
  const found = first ?? { key: undefined, finding: fail('key-not-found', 'there is none', remedy) };
  const isNeeded = Object.values(headers).some((template) => template.includes('{key}'));
  const finding = isNeeded ? found.finding : pass('key-not-needed', 'the service needs none');
  return { isNeeded, key: found.key, secrets, check: createCheck('key', () => Promise.resolve(finding)) };
};
