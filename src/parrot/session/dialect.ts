// What differs between the two dialects of the Realtime protocol, and nothing else: how a session's
// configuration is written, and the names of events and parts. The rest of the parrot uses GA.

import type { TurnDetection } from '../hearing/input-audio-buffer.ts';
import type { Item, Part } from './items.ts';
import type { AssistantText, InputItem } from './new-item.ts';

export interface SessionFacts {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export interface McpServer {
  readonly label: string;
  readonly tools: readonly string[];
}

export interface Settings {
  readonly turnDetection:
    | (TurnDetection & { readonly createResponse: boolean; readonly interruptResponse: boolean })
    | undefined;
  /** Undefined: what is heard is not transcribed. */
  readonly transcriptionModel: string | undefined;
  readonly instructions: string;
  readonly mcpServers: readonly McpServer[];
}

/** A `response.create`, or what a turn makes from the session's settings. */
export interface ResponseRequest {
  readonly outOfBand: boolean;
  readonly input: readonly InputItem[] | undefined;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** As audio, or as text only. */
  readonly spoken: boolean;
  /** False: tool_choice is none. */
  readonly mayCall: boolean;
  /** The configuration in the response object. */
  readonly wire: Readonly<Record<string, unknown>>;
}

/** A session's configuration. Every fault of an update is an ApiError, and nothing of that update is applied. */
export interface Configuration {
  /** `session` as it came; a voice that has spoken cannot be changed. */
  update(session: unknown, voiceHasSpoken: boolean): void;
  toWire(): Readonly<Record<string, unknown>>;
  settings(): Settings;
  /** `response` as it came; undefined: as the session has it. */
  request(response: unknown): ResponseRequest;
}

export interface Dialect {
  configure(facts: SessionFacts): Configuration;
  /** The name of a GA event; undefined where there is no such event. */
  eventName(type: string): string | undefined;
  readonly assistantText: AssistantText;
  readonly assistantAudio: 'output_audio' | 'audio';
  /** Deltas of the GA service carry a string of random length. */
  readonly obfuscates: boolean;
  /** Whether the service itself runs the tools of MCP servers. */
  readonly runsMcp: boolean;
  /** Whether the event that ends a call's arguments repeats the function's name. */
  readonly namesFunctionWhenDone: boolean;
}

const partToWire = (part: Part, dialect: Dialect, withAudio: boolean): Record<string, unknown> => {
  const audio = withAudio && part.audio !== undefined ? { audio: part.audio.toString('base64') } : {};
  switch (part.type) {
    case 'input_text':
      return { type: part.type, text: part.text };
    case 'input_image':
      return { type: part.type, ...part.image };
    case 'input_audio':
      return { type: part.type, ...audio, transcript: part.transcript ?? null };
    case 'output_text':
      return { type: dialect.assistantText, text: part.text };
    case 'output_audio':
      return { type: dialect.assistantAudio, ...audio, transcript: part.transcript ?? null };
  }
};

const ofMcpServer = /^mcp_(call|list_tools|approval_request)$/;

/** An item as it is written; its audio only where it was asked for. */
export const itemToWire = (item: Item, dialect: Dialect, withAudio = false): Record<string, unknown> => ({
  id: item.id,
  type: item.type,
  // What comes of an MCP server is written without either.
  ...(ofMcpServer.test(item.type) ? {} : { object: 'realtime.item', status: item.status }),
  ...(item.role === undefined ? {} : { role: item.role }),
  ...(item.type === 'message'
    ? { content: item.content.map((part) => partToWire(part, dialect, withAudio)) }
    : {}),
  ...item.fields,
});
