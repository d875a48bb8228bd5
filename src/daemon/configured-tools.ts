// All that the speaker can do, by its configuration: the built-in tools that are on, and the owner's own.

import type { Config } from '../config/config.ts';
import type { Credentials } from '../config/tool-secrets.ts';
import { ToolError } from '../core/errors.ts';
import type { Volume } from '../core/volume.ts';
import type { McpServer } from '../realtime/protocol.ts';
import type { Timers } from '../timers/timers.ts';
import { endConversation } from '../tools/built-in/end-conversation.ts';
import { getTime } from '../tools/built-in/get-time.ts';
import { timerTools } from '../tools/built-in/timer-tools.ts';
import { volumeTools } from '../tools/built-in/volume-tools.ts';
import { createCommandTool } from '../tools/command/command-tool.ts';
import { createHttpTool } from '../tools/http/http-tool.ts';
import type { Tool } from '../tools/tool.ts';

export interface ToolParts {
  readonly timers: Timers;
  readonly volume: Volume;
  readonly credentials: Credentials;
}

type OwnTool = Config['tool'][number];

const switchOf = (name: string): string => name.replaceAll(/_(.)/g, (_, next: string) => next.toUpperCase());

const builtIn = ({ timers, volume }: ToolParts): Tool[] => [
  endConversation,
  getTime(),
  ...volumeTools(volume),
  ...timerTools(timers),
];

/** One that asks for no answer: what it does is answer enough. */
const silent = (tool: Tool): Tool => ({
  ...tool,
  run: async (args, signal) => ({ ...(await tool.run(args, signal)), next: 'nothing' }),
});

/** One whose secret cannot be had: the service is told of it, and why it does not work when it is called. */
const lame = (tool: Tool, fault: string): Tool => ({
  ...tool,
  run: () => Promise.reject(new ToolError('credential-missing', fault)),
});

const ownTool = (options: OwnTool, { secrets, faults }: Credentials): Tool => {
  const { command, url = '', method, credential, answer, ...shared } = options;
  const secret = (credential === undefined ? undefined : secrets.get(credential)) ?? '';
  const headers = Object.fromEntries(
    Object.entries(options.headers).map(([name, value]) => [name, value.replaceAll('{key}', () => secret)]),
  );
  const tool =
    command === undefined
      ? createHttpTool({ ...shared, url, method, headers, secret })
      : createCommandTool({ ...shared, command });
  const fault = credential === undefined ? undefined : faults.get(credential);
  if (fault !== undefined) return lame(tool, fault);
  return answer ? tool : silent(tool);
};

/** In the order in which the service is told of them. */
export const toolsOf = (config: Config, parts: ToolParts): Tool[] => {
  const switches: Readonly<Record<string, unknown>> = config.tools;
  return [
    ...builtIn(parts).filter(({ name }) => switches[switchOf(name)] === true),
    ...config.tool.map((options) => ownTool(options, parts.credentials)),
  ];
};

/** Without those whose secret cannot be had: a service may refuse a session for the sake of one of them. */
export const serversOf = ({ mcp }: Config, { secrets, faults }: Credentials): McpServer[] =>
  mcp
    .filter(({ credential }) => credential === undefined || !faults.has(credential))
    .map(({ serverLabel, serverUrl, description, credential, allowedTools, requireApproval, approve }) => ({
      label: serverLabel,
      url: serverUrl,
      description,
      authorization: (credential === undefined ? undefined : secrets.get(credential)) ?? '',
      allowedTools,
      requireApproval,
      approve,
    }));
