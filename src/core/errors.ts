// Errors and failures have one form: a code, on which programs and tests branch, and one sentence for people, which
// names the thing and the remedy. A sentence never contains a secret.

/** Whether trying again can help, or only a change by the owner (a cable, a setting, a key). */
export type Severity = 'temporary' | 'permanent';

/** What every failure has; alone it is a line for the log, and ends nothing. */
export interface Notice {
  /** Kebab-case, one per kind of failure: "network-unreachable", "microphone-missing". */
  readonly code: string;
  readonly sentence: string;
}

/** A failure of a service, a card or a line, as an adapter reports it. */
export interface Failure extends Notice {
  readonly severity: Severity;
}

/** One thing that is wrong with the configuration or the key: the place, the key, what was expected, the remedy. */
export interface ConfigProblem extends Notice {
  /** Such as "realtime.turn_detection.type"; missing where no key is concerned. */
  readonly key?: string;
  /** From 1 on. */
  readonly line?: number;
}

/** A failure that is thrown: the message is its sentence. */
class ExpectedError extends Error implements Notice {
  readonly code: string;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }

  get sentence(): string {
    return this.message;
  }
}

/** What is wrong with the configuration or the key: one or more lines, and the code of the first problem. */
export class ConfigError extends ExpectedError {
  /** At least one, in the order of the file. */
  readonly problems: readonly ConfigProblem[];

  constructor(code: string, sentence: string, problems: readonly ConfigProblem[] = [{ code, sentence }]) {
    super(code, sentence);
    this.problems = problems;
  }

  /** @param problems at least one */
  static of(problems: readonly ConfigProblem[]): ConfigError {
    const sentences = problems.map(({ sentence }) => sentence).join('\n');
    return new ConfigError(problems[0]?.code ?? '', sentences, problems);
  }
}

/** The command line asks for something that does not exist; the message is one sentence with the remedy. */
export class UsageError extends Error {}

/** Something that Parley needs (a device, a line, a port, a file) is missing or in use; a restart may fix that. */
export class Unavailable extends ExpectedError implements Failure {
  readonly severity: Severity;

  constructor(code: string, sentence: string, severity: Severity = 'permanent') {
    super(code, sentence);
    this.severity = severity;
  }

  static of({ code, sentence, severity }: Failure): Unavailable {
    return new Unavailable(code, sentence, severity);
  }
}

/** Why a tool call failed. The service reads the sentence and speaks about it; the log keeps it too. */
export class ToolError extends ExpectedError {}

/** The message of anything that was thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The code of a Node error, for example "ENOENT"; undefined where it has none. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Text of a service or a program for a sentence: one line, without control characters, cut after `maxLength`. */
export const oneLine = (text: string, maxLength: number): string => {
  const characters = Array.from(text.replace(/[\s\p{C}]+/gu, ' ').trim());
  return characters.length > maxLength
    ? `${characters.slice(0, maxLength).join('')}...`
    : characters.join('');
};
