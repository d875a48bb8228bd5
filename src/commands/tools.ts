// `parley tools`: lists the tools as the service gets them, and calls one of them.

import { type Config, readConfig } from '../config/config.ts';
import { type Credentials, noCredentials, readCredentials } from '../config/secrets.ts';
import { ToolError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { Log } from '../core/ports.ts';
import { createMask } from '../core/redact-secrets.ts';
import { type CreatedTools, createTools } from '../daemon/create-tools.ts';
import type { McpServer, ToolDefinition } from '../realtime/protocol.ts';

export interface ToolsOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Where systemd keeps the credentials of the service; only root can read it. */
const credentialStore = '/etc/credstore';

/** Prints warnings, such as a file of timers that cannot be read; the result of a call is printed by the command. */
const createWarningLog = (mask: (text: string) => string): Log => {
  const warn = (facts: object, sentence: string): void => {
    if (!('tool' in facts)) process.stderr.write(`${mask(sentence)}\n`);
  };
  return { debug: () => undefined, info: () => undefined, warn, error: warn };
};

const toolsOf = (config: Config, credentials: Credentials): CreatedTools =>
  createTools({
    config,
    credentials,
    log: createWarningLog(createMask([...credentials.secrets.values()]).text),
    onDue: () => undefined,
  });

interface Parameter {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

const parameterLine = (name: string, parameter: Parameter, required: boolean): string => {
  const kind = parameter.enum?.join(' | ') ?? String(parameter.type ?? 'anything');
  const description = parameter.description === undefined ? '' : `: ${parameter.description}`;
  return `    ${name} (${kind}${required ? '' : ', optional'})${description}`;
};

const toolText = ({ name, description, parameters }: ToolDefinition): string => {
  const { properties = {}, required = [] } = parameters as {
    properties?: Record<string, Parameter>;
    required?: readonly string[];
  };
  const lines = Object.entries(properties).map(([key, parameter]) =>
    parameterLine(key, parameter, required.includes(key)),
  );
  return [name, `    ${description}`, ...lines].join('\n');
};

const serverText = ({ label, url, allowedTools, requireApproval }: McpServer): string => {
  const rules = `${allowedTools.join(', ')}; approval: ${requireApproval}`;
  return [`${label} (MCP server, called by the service)`, `    ${url}`, `    ${rules}`].join('\n');
};

/** Prints the tools and the MCP servers. */
export const listTools = ({ config: path, json }: ToolsOptions): ExitCode => {
  // Secrets are not printed, and need not exist.
  const { offer } = toolsOf(readConfig(path), noCredentials);
  if (json) {
    const tools = offer.tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
    const servers = offer.servers.map(({ authorization: _secret, ...server }) => server);
    print(JSON.stringify({ tools, servers }, undefined, 2));
  } else {
    const texts = [...offer.tools.map(toolText), ...offer.servers.map(serverText)];
    print(texts.join('\n\n') || 'There are no tools: all are off in [tools], and there is no [[tool]].');
  }
  return exitCodes.ok;
};

/** Calls one tool as the service would, and prints its output. Ctrl-C cancels it. */
export const callTool = async (name: string, args: string, options: ToolsOptions): Promise<ExitCode> => {
  const config = readConfig(options.config);
  const credentials = readCredentials(config, process.env['CREDENTIALS_DIRECTORY'] ?? credentialStore);
  const tools = toolsOf(config, credentials);
  const mask = createMask([...credentials.secrets.values()]).text;
  const cancelled = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => cancelled.abort(new ToolError('cancelled', 'The call was cancelled.')));
  // Otherwise a timer that is set now would replace those in the file.
  tools.loadTimers();
  const { output, error } = await tools.registry.call(name, args, cancelled.signal);
  tools.stop();
  if (error === undefined) print(mask(output));
  else process.stderr.write(`${mask(error.message)}\n`);
  return error === undefined ? exitCodes.ok : exitCodes.failed;
};
