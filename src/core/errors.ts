// Errors and failures have one form: a code, on which programs and tests branch, and one sentence for people, which
// names the thing and the remedy. A sentence never contains a secret.

/** Whether trying again can help, or only a change by the owner (a cable, a setting, a key). */
export type Severity = 'temporary' | 'permanent';

/** A failure of a service, a card or a line, as an adapter reports it. */
export interface Failure {
  /** Kebab-case, one per kind of failure: "network-unreachable", "microphone-missing". */
  readonly code: string;
  readonly severity: Severity;
  readonly sentence: string;
}

/** One thing that is wrong with the configuration or the key. */
export interface ConfigProblem {
  /** Kebab-case, one per kind of problem: "unknown-key", "out-of-range". */
  readonly code: string;
  /** Ready to print: the place, the key, what was expected, the remedy. */
  readonly sentence: string;
  /** Such as "realtime.turn_detection.type"; missing where no key is concerned. */
  readonly key?: string;
  /** From 1 on. */
  readonly line?: number;
}

/** What is wrong with the configuration or the key: one or more lines, ready to print, without any secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** That of the first problem. */
  readonly code: string;
  /** At least one, in the order of the file. */
  readonly problems: readonly ConfigProblem[];

  constructor(code: string, sentence: string, options?: ErrorOptions, problems?: readonly ConfigProblem[]) {
    super(sentence, options);
    this.code = code;
    this.problems = problems ?? [{ code, sentence }];
  }

  /** @param problems at least one */
  static of(problems: readonly ConfigProblem[]): ConfigError {
    const sentences = problems.map(({ sentence }) => sentence).join('\n');
    return new ConfigError(problems[0]?.code ?? '', sentences, undefined, problems);
  }
}

/** The command line asks for something that does not exist; the message is one sentence with the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An error that was foreseen; its message is one sentence with the remedy. */
class ExpectedError extends Error {
  /** Kebab-case, one per kind of failure. */
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.code = code;
  }
}

/** Something that Parley needs is missing or in use, and a restart may fix that. */
export class Unavailable extends ExpectedError {}

/** Why a tool call failed. The service reads the sentence and speaks about it; the log keeps it too. */
export class ToolError extends ExpectedError {}

/** Why a timer was not set, found or stored. */
export class TimerError extends ToolError {}

/** A device, a line or a file that cannot be used. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.sentence, options);
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }
}

/** The message of anything that was thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The code of a Node error, for example "ENOENT"; undefined where it has none. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
