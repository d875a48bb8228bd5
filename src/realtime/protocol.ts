// What a wire protocol is. The connection owns the socket, the pings, the pre-roll and the limits; a protocol
// owns the address, the headers and the meaning of every message. A second protocol is a folder beside openai/.

import type { Failure } from '../core/errors.ts';
import type { Clock, Connection, ConnectionListener } from '../core/ports.ts';

/** A function that the service may call, as it is described to the service. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A remote MCP server, which the service calls by itself. */
export interface McpServer {
  readonly label: string;
  readonly url: string;
  readonly description: string;
  /** A token, sent to the service and by it to the server; '' where the server needs none. */
  readonly authorization: string;
  /** Tools that the service may know of. */
  readonly allowedTools: readonly string[];
  readonly requireApproval: 'always' | 'never';
  /** Tools whose calls are approved where the service asks; all others are refused. */
  readonly approve: readonly string[];
}

/** What a protocol works with. */
export interface Wire {
  /** Sends a text frame or a binary one. No effect unless the socket is open. */
  send(message: string | Buffer): void;
  /** `sessionReady` makes the connection append what it has kept; `failed` makes it close the socket. */
  readonly listener: ConnectionListener;
  readonly clock: Clock;
}

export type CreateProtocol = (wire: Wire) => Protocol;

/** One session. Its methods are called in the order of time, and none after `close` but `receive`. */
export interface Protocol extends Pick<Connection, 'clearInput' | 'answer' | 'interrupt'> {
  /** ws:// or wss://, complete. */
  readonly url: string;
  /** With the key in them: never logged. */
  readonly headers: Readonly<Record<string, string>>;
  /** The message of the service that a session which is not ready waits for; undefined when it is ready. */
  readonly awaited: string | undefined;
  /** The socket is open; missing where the service speaks first. */
  opened?(): void;
  /** A text frame or a binary one. */
  receive(message: string | Buffer): void;
  /** The next frame of the microphone. Only when ready. */
  append(pcm: Buffer): void;
  /** What a close frame of the service means; undefined where only the general meaning of its code is known. */
  closeFailure(code: number, reason: string): Failure | undefined;
  /**
   * What the body of an HTTP answer in place of the WebSocket says; missing where the protocol does not know its form.
   * @returns `failure` where it is one that the protocol knows; `words` are the service's own, one short line
   */
  refusal?(body: string): { readonly failure: Failure | undefined; readonly words: string };
  /**
   * Ends the session and its timers.
   * @returns resolves when the socket may be closed, after two seconds at most; undefined where it may be at once
   */
  close(): Promise<void> | undefined;
}
