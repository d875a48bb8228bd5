// Every key of the configuration, as the file has it, with its range and its default. What a key is for
// is in config/parley.toml, beside the same default; a test compares the two.

import * as z from 'zod/mini';
import {
  choice,
  flag,
  label,
  milliseconds,
  name,
  number,
  problem,
  seconds,
  table,
  text,
  wholeNumber,
} from './fields.ts';
import { address, serviceHeaders } from './service-fields.ts';
import { mcp, mcpTable, sharedNames, tool, tools, toolTable, workLimitExceeded } from './tool-fields.ts';

const turnDetection = {
  type: z._default(choice(['server_vad', 'semantic_vad']), 'server_vad'),
  threshold: number(0, 1, 0.5),
  prefix_padding_ms: milliseconds(0, 5000, 300),
  silence_duration_ms: milliseconds(100, 5000, 500),
  eagerness: z._default(choice(['auto', 'low', 'medium', 'high']), 'auto'),
};

const tokens = '"inf" in quotes, or a whole number';

const realtime = {
  url: z._default(address, 'wss://api.openai.com/v1/realtime'),
  model: z.exactOptional(name('the name of a model (or "")', 0)),
  voice: z.exactOptional(name('the name of a voice', 1)),
  dialect: z._default(choice(['auto', 'ga', 'beta']), 'auto'),
  instructions: z.exactOptional(
    text('a text in quotes, 16 KB at most', (value) => Buffer.byteLength(value) <= 16_384),
  ),
  language: z._default(
    text('a language of two letters in quotes, such as "de", or ""', (value) => /^([a-z]{2})?$/.test(value)),
    '',
  ),
  transcription_model: z.exactOptional(name('the name of a transcription model (or "")', 0)),
  noise_reduction: z._default(choice(['far_field', 'near_field', 'off']), 'far_field'),
  speed: number(0.25, 1.5, 1),
  max_output_tokens: z._default(
    z.union([z.literal('inf'), wholeNumber(1, 4096, tokens)], { error: `expected ${tokens} from 1 to 4096` }),
    'inf',
  ),
  temperature: number(0.6, 1.2, 0.8),
  key_file: z._default(
    text('the path of a file from / on, in quotes (or "")', (value) =>
      /^(\/[^\p{C}]{1,4095})?$/u.test(value),
    ),
    '',
  ),
  headers: z._default(serviceHeaders, { Authorization: 'Bearer {key}' }),
  turn_detection: z.prefault(table(turnDetection), {}),
};

const conversation = {
  connect_limit_s: seconds(1, 120, 10),
  silence_limit_s: seconds(1, 3600, 30),
  utterance_limit_s: seconds(1, 3600, 120),
  reply_created_limit_s: seconds(1, 120, 10),
  first_sound_limit_s: seconds(1, 300, 30),
  reply_limit_s: seconds(1, 1800, 600),
  reply_stall_limit_s: seconds(1, 300, 10),
  alarm_s: seconds(1, 60, 3),
};

const pcmDevice = label('the name of an ALSA device', 'plughw:CARD=Device');
const gpioChip = label('the label of a GPIO chip', 'pinctrl-rp1');
const gpioBackend = z._default(choice(['auto', 'gpiod', 'onoff', 'none']), 'auto');
const gpioLine = (fallback: number) =>
  z._default(wholeNumber(0, 1023, 'the BCM number of a GPIO line, a whole number'), fallback);

const microphone = {
  device: z._default(pcmDevice, 'default'),
  pre_roll_s: seconds(1, 120, 30),
};

const loudspeaker = {
  backend: z._default(choice(['aplay', 'speaker']), 'aplay'),
  device: z._default(pcmDevice, 'default'),
  mixer_control: z._default(
    z.union([z.literal(''), label('the name of a mixer control (or "")', 'PCM')], {
      error: 'expected the name of a mixer control in quotes (or "")',
    }),
    '',
  ),
  jitter_buffer_ms: milliseconds(0, 2000, 120),
  echo_tail_ms: milliseconds(0, 5000, 300),
  lead_in_ms: milliseconds(0, 2000, 0),
  lead_out_ms: milliseconds(0, 2000, 0),
};

const button = {
  backend: gpioBackend,
  chip: z._default(gpioChip, 'auto'),
  gpio: gpioLine(17),
  active_low: flag(true),
  debounce_ms: milliseconds(1, 500, 30),
  press_while_speaking: z._default(choice(['hang-up', 'interrupt']), 'hang-up'),
};

const LIGHT_GPIO = 27;

const light = {
  backend: gpioBackend,
  chip: z._default(gpioChip, 'auto'),
  gpio: gpioLine(LIGHT_GPIO),
  active_low: flag(false),
};

const log = {
  level: z._default(choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), 'info'),
  format: z._default(choice(['auto', 'text', 'json']), 'auto'),
  transcripts: flag(true),
};

const most = (what: string, count: number) => ({ error: `expected ${count} of ${what} at most` });
const tablesOf = (name: string) => ({ error: `expected tables that begin with [[${name}]]` });

const shape = {
  realtime: z.prefault(table(realtime), {}),
  conversation: z.prefault(table(conversation), {}),
  microphone: z.prefault(table(microphone), {}),
  loudspeaker: z.prefault(table(loudspeaker), {}),
  button: z.prefault(table(button), {}),
  light: z.prefault(table(light), {}),
  tools: z.prefault(table(tools), {}),
  tool: z._default(z.array(toolTable, tablesOf('tool')).check(z.maxLength(128, most('these', 128))), []),
  mcp: z._default(z.array(mcpTable, tablesOf('mcp')).check(z.maxLength(16, most('these', 16))), []),
  log: z.prefault(table(log), {}),
};

type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** The keys of every table; '' is the file itself. */
export const shapes: Readonly<Record<string, Shape>> = {
  '': shape,
  realtime,
  'realtime.turn_detection': turnDetection,
  conversation,
  microphone,
  loudspeaker,
  button,
  light,
  tools,
  tool,
  mcp,
  log,
};

const tables = z.strictObject(shape, { error: 'expected a table' });

type Tables = z.output<typeof tables>;

/** "auto" looks for the chip of the Pi's own header, and those are all called pinctrl-something. */
const sameChip = (one: string, other: string): boolean =>
  one === other || [one, other].every((chip) => chip === 'auto' || chip.startsWith('pinctrl-'));

const shareLine = ({ button, light }: Tables): boolean => {
  const areUsed = button.backend !== 'none' && light.backend !== 'none';
  return areUsed && button.gpio === light.gpio && sameChip(button.chip, light.chip);
};

/** Runs a refinement where nothing is wrong in these tables, even if others are wrong. */
const whenValid = (...names: string[]) => ({
  when: ({ issues }: { readonly issues: readonly { readonly path?: PropertyKey[] | undefined }[] }) =>
    !issues.some(({ path }) => names.includes(String(path?.[0]))),
});

export const schema = tables.check(
  z.superRefine<Tables>(
    (config, context) => {
      if (!shareLine(config)) return;
      // One of the two differs from its default, and so is in the file.
      const inFile = config.light.gpio === LIGHT_GPIO ? 'button' : 'light';
      const message = `button and light share line ${config.light.gpio}; give one of them another gpio, or the backend "none"`;
      context.issues.push(problem('shared-gpio-line', message, config, [inFile, 'gpio']));
    },
    whenValid('button', 'light'),
  ),
  z.superRefine<Tables>(
    (config, context) => {
      const { tool: own, mcp: servers, tools: limits, realtime } = config;
      context.issues.push(...sharedNames(own, servers), ...workLimitExceeded(own, limits.workLimitS));
      const message = 'the beta dialect has no MCP; remove this, or change the dialect';
      if (realtime.dialect === 'beta' && servers.length > 0)
        context.issues.push(problem('mcp-in-beta-dialect', message, config, ['mcp']));
    },
    whenValid('realtime', 'tools', 'tool', 'mcp'),
  ),
);

/** Whether the key, as "table.key", takes this value; a matter of that key alone. */
export const accepts = (key: string, value: unknown): boolean => {
  const at = key.lastIndexOf('.');
  const table = shapes[key.slice(0, Math.max(at, 0))] ?? {};
  const name = key.slice(at + 1);
  return Object.hasOwn(table, name) && z.safeParse(table[name] as z.core.$ZodType, value).success;
};
