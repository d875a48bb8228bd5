// The tools of a configuration: the built-in ones that are switched on, and the owner's.

import type { Config } from '../config/config.ts';
import { camelCase } from '../config/fields.ts';
import type { Credentials } from '../config/secrets.ts';
import { type Notice, ToolError } from '../core/errors.ts';
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

interface ToolDependencies {
  readonly timers: Timers;
  readonly volume: Volume;
  readonly credentials: Credentials;
}

type OwnTool = Config['tool'][number];

/** The service says nothing about its result. */
const withoutFollowUp = (tool: Tool): Tool => ({
  ...tool,
  run: async (args, signal) => ({ ...(await tool.run(args, signal)), next: 'nothing' }),
});

/** Its secret cannot be read: the service knows the tool, and gets the reason when it calls it. */
const unavailable = (tool: Tool, { code, sentence }: Notice): Tool => ({
  ...tool,
  run: () => Promise.reject(new ToolError(code, sentence)),
});

const ownTool = (options: OwnTool, { secrets, faults }: Credentials): Tool => {
  const { command, url = '', method, credential, answer, ...shared } = options;
  const secret = secrets.get(credential ?? '') ?? '';
  const headers = Object.fromEntries(
    Object.entries(options.headers).map(([name, value]) => [name, value.replaceAll('{key}', () => secret)]),
  );
  const tool =
    command === undefined
      ? createHttpTool({ ...shared, url, method, headers, secret })
      : createCommandTool({ ...shared, command });
  const fault = faults.get(credential ?? '');
  if (fault !== undefined) return unavailable(tool, fault);
  return answer ? tool : withoutFollowUp(tool);
};

/** In the order in which the service gets them. */
export const configuredTools = (
  config: Config,
  { timers, volume, credentials }: ToolDependencies,
): Tool[] => {
  const switches: Readonly<Record<string, unknown>> = config.tools;
  const builtIn = [endConversation, getTime(), ...volumeTools(volume), ...timerTools(timers)];
  return [
    ...builtIn.filter(({ name }) => switches[camelCase(name)] === true),
    ...config.tool.map((options) => ownTool(options, credentials)),
  ];
};

/** Without those whose secret cannot be read: a service may refuse the whole session because of one. */
export const configuredServers = ({ mcp }: Config, { secrets, faults }: Credentials): McpServer[] =>
  mcp
    .filter(({ credential = '' }) => !faults.has(credential))
    .map(({ serverLabel: label, serverUrl: url, credential = '', ...server }) => {
      return { label, url, ...server, authorization: secrets.get(credential) ?? '' };
    });
