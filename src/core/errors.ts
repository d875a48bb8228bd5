// What can go wrong, in one form for all of Parley: a code that programs and tests branch on, and one
// sentence that names the thing and the remedy for the person who reads it. No secret is ever in a sentence.

/** Whether trying again can help, or only a change by the owner (a cable, a setting, a key). */
export type Severity = 'temporary' | 'permanent';

/** A failure of a service, a card or a line, as an adapter reports it. */
export interface Failure {
  /** Kebab-case, one per kind of failure: "network-unreachable", "microphone-missing". */
  readonly code: string;
  readonly severity: Severity;
  readonly sentence: string;
}

/** What is wrong with the configuration or the key: one or more lines, ready to print, without any secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Something that Parley needs is unavailable; the message is one sentence with the remedy. */
export class Unavailable extends Error {}

/** Why a call failed, in one sentence for the service and the log; never with a secret in it. */
export class ToolError extends Error {}

/** Why a timer was not set, found or stored. The service tells the person, so it reads as something one could say. */
export class TimerError extends ToolError {}

/** The message of whatever was thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The code of a Node error, for example "ENOENT"; undefined where it has none. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
