// `parley tools`: what the service will be told that the speaker can do, and any of it by hand.

import { type Config, readConfig } from '../config/config.ts';
import { type Credentials, noCredentials, readCredentials } from '../config/tool-secrets.ts';
import { ToolError } from '../core/errors.ts';
import { type ExitCode, exitCodes } from '../core/exit-codes.ts';
import type { Log } from '../core/ports.ts';
import { createMask } from '../core/redact-secrets.ts';
import { createTools, type ToolSet } from '../daemon/create-tools.ts';
import { stateDirectory } from '../daemon/state-directory.ts';
import type { McpServer, ToolDefinition } from '../realtime/openai/session-update.ts';

export interface ToolsOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** What systemd hands to the service, where it is kept: root may look there. */
const credentialStore = '/etc/credstore';

/** The answer is printed; beside it only what went wrong and was not asked for, such as a file that was kept aside. */
const complaints = (mask: (text: string) => string): Log => {
  const say = (facts: object, sentence: string): void => {
    if (!('tool' in facts)) process.stderr.write(`${mask(sentence)}\n`);
  };
  return { debug: () => undefined, info: () => undefined, warn: say, error: say };
};

const errandsOf = (config: Config, credentials: Credentials): ToolSet =>
  createTools({
    config,
    credentials,
    folder: stateDirectory(process.env),
    log: complaints(createMask([...credentials.secrets.values()]).text),
    onDue: () => undefined,
  });

interface Parameter {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}

const parameterLine = (name: string, parameter: Parameter, required: boolean): string => {
  const kind =
    parameter.enum === undefined ? String(parameter.type ?? 'anything') : parameter.enum.join(' | ');
  const told = parameter.description === undefined ? '' : `: ${parameter.description}`;
  return `    ${name} (${kind}${required ? '' : ', optional'})${told}`;
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

const serverText = ({ label, url, allowedTools, requireApproval }: McpServer): string =>
  [
    `${label} (MCP server, called by the service)`,
    `    ${url}`,
    `    ${allowedTools.join(', ')}; approval: ${requireApproval}`,
  ].join('\n');

/** Lists what the model will see. */
export const listTools = ({ config: path, json }: ToolsOptions): ExitCode => {
  // Secrets are not told, so they need not be there.
  const { offer } = errandsOf(readConfig(path), noCredentials);
  const definitions = offer.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters,
  }));
  if (json) {
    const servers = offer.servers.map(({ authorization: _secret, ...server }) => server);
    print(JSON.stringify({ tools: definitions, servers }, undefined, 2));
  } else {
    const texts = [...definitions.map(toolText), ...offer.servers.map(serverText)];
    print(
      texts.length === 0
        ? 'There are no tools: all are off in [tools], and there is no [[tool]].'
        : texts.join('\n\n'),
    );
  }
  return exitCodes.ok;
};

/** Runs one tool as a call of the service's would; its output is printed. Ctrl-C cancels it. */
export const callTool = async (
  name: string,
  args: string,
  { config: path }: ToolsOptions,
): Promise<ExitCode> => {
  const config = readConfig(path);
  const credentials = readCredentials(config, process.env['CREDENTIALS_DIRECTORY'] ?? credentialStore);
  const toolSet = errandsOf(config, credentials);
  const mask = createMask([...credentials.secrets.values()]).text;
  const cancelled = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => cancelled.abort(new ToolError('It was cancelled.')));
  // What is set already must not be lost by one that is set now.
  toolSet.loadTimers();
  const { output, error } = await toolSet.toolbox.call(name, args, cancelled.signal);
  toolSet.stop();
  if (error === undefined) print(mask(output));
  else process.stderr.write(`${mask(error)}\n`);
  return error === undefined ? exitCodes.ok : exitCodes.failed;
};
