// Configurations that are refused: for each the code, the line and the key of every problem in it. The sentences
// stand in test/messages.snapshot.txt.

type Problem = readonly [code: string, line: number, key: string];
type Refused = readonly [toml: string, ...problems: Problem[]];

const inTable = (table: string, line: string, code: string, key = line.split(' = ')[0] ?? ''): Refused => [
  `[${table}]\n${line}`,
  [code, 1 + line.split('\n').length, `${table}.${key}`],
];

const values: readonly Refused[] = (
  [
    ['realtime', 'url = ""', 'invalid-address'],
    ['realtime', 'url = "wss://"', 'invalid-address'],
    ['realtime', 'url = "wss://host/a b"', 'invalid-address'],
    ['realtime', 'url = 5', 'wrong-type'],
    ['realtime', 'url = "https://api.openai.com"', 'wrong-scheme'],
    ['realtime', 'url = "wss://me:secret@host/"', 'password-in-address'],
    ['realtime', 'url = "wss://me@host/"', 'password-in-address'],
    ['realtime', 'url = "wss://host/?api-key=x"', 'secret-in-address'],
    ['realtime', 'url = "wss://host/?model=a&access_token=x"', 'secret-in-address'],
    ['realtime', 'url = "wss://host/?k={key}"', 'secret-in-address'],
    ['realtime', 'url = "wss://host/#x"', 'fragment-in-address'],
    ['realtime', 'model = "two words"', 'invalid-text'],
    ['realtime', 'voice = ""', 'invalid-text'],
    ['realtime', 'dialect = "gb"', 'unknown-option'],
    ['realtime', 'dialect = "esperanto"', 'unknown-option'],
    ['realtime', 'instructions = 1', 'wrong-type'],
    ['realtime', `instructions = "${'ä'.repeat(8193)}"`, 'invalid-text'],
    ['realtime', 'language = "deutsch"', 'invalid-text'],
    ['realtime', 'language = "DE"', 'invalid-text'],
    ['realtime', 'noise_reduction = false', 'unknown-option'],
    ['realtime', 'speed = 0.2', 'out-of-range'],
    ['realtime', 'speed = nan', 'wrong-type'],
    ['realtime', 'speed = -inf', 'wrong-type'],
    ['realtime', 'max_output_tokens = inf', 'invalid-value'],
    ['realtime', 'max_output_tokens = 0', 'out-of-range'],
    ['realtime', 'max_output_tokens = "many"', 'invalid-value'],
    ['realtime', 'temperature = 1.3', 'out-of-range'],
    ['realtime', 'key_file = "key"', 'invalid-text'],
    ['realtime', 'key_file = "/a\\u0000b"', 'invalid-text'],
    ['realtime', 'headers = "x"', 'wrong-type'],
    ['realtime.headers', 'Connection = "x"', 'reserved-header'],
    ['realtime.headers', '"a b" = "x"', 'invalid-header-name'],
    ['realtime.headers', 'x = "a\\nb"', 'invalid-text'],
    ['realtime.headers', 'x = 1', 'wrong-type'],
    ['realtime.headers', 'x = "1"\nX = "2"', 'duplicate-header', 'X'],
    ['realtime.headers', 'Authorization = "Bearer 0123456789"', 'secret-in-header'],
    ['realtime.headers', 'api-key = "0123456789"', 'secret-in-header'],
    ['realtime.headers', 'Cookie = "session=0123456789"', 'secret-in-header'],
    ['realtime.headers', '__proto__ = "x"', 'forbidden-key'],
    ['realtime.headers', 'x = "Bearer sk-proj-0123456789abcdefghij"', 'key-in-file'],
    ['realtime', 'api_key = "sk-0123456789abcdefghij"', 'key-in-file'],
    ['realtime.turn_detection', 'type = "vad"', 'unknown-option'],
    ['realtime.turn_detection', 'type = "server-vad"', 'unknown-option'],
    ['realtime.turn_detection', 'threshold = 50', 'out-of-range'],
    ['conversation', 'alarm_s = 0.5', 'out-of-range'],
    ['microphone', 'pre_roll_s = 121', 'out-of-range'],
    ['microphone', 'device = ""', 'invalid-text'],
    ['microphone', 'device = "-D"', 'invalid-text'],
    ['loudspeaker', 'device = "a\\u001bb"', 'invalid-text'],
    ['loudspeaker', 'backend = "Aplay"', 'unknown-option'],
    ['loudspeaker', 'mixer_control = "-D"', 'invalid-text'],
    ['loudspeaker', 'jitter_buffer_ms = 2001', 'out-of-range'],
    ['loudspeaker', 'lead_in_ms = -1', 'out-of-range'],
    ['loudspeaker', 'lead_out_ms = 1.5', 'wrong-type'],
    ['loudspeaker', 'lead_in_ms = "1"', 'wrong-type'],
    ['loudspeaker', 'lead_in_ms = [1]', 'wrong-type'],
    ['loudspeaker', 'lead_in_ms = { a = 1 }', 'wrong-type'],
    ['loudspeaker', 'lead_in_ms = 2026-11-26', 'wrong-type'],
    ['button', 'gpio = 1024', 'out-of-range'],
    ['button', 'gpio = 99999999999999999999999', 'out-of-range'],
    ['button', 'active_low = "true"', 'wrong-type'],
    ['button', 'active_low = 1', 'wrong-type'],
    ['button', 'backend = "gpio"', 'unknown-option'],
    ['button', 'chip = ""', 'invalid-text'],
    ['button', 'press_while_speaking = "hangup"', 'unknown-option'],
    ['light', 'backend = 07:30:00', 'unknown-option'],
    ['log', 'level = "warning"', 'unknown-option'],
    ['log', 'colour = true', 'unknown-key'],
    ['realtime', 'voise = "x"', 'unknown-key'],
    ['realtime', 'maxOutputTokens = 1', 'unknown-key'],
    ['loudspeaker', 'ECHO-TAIL-MS = 1', 'unknown-key'],
    ['realtime', 'lang = "de"', 'unknown-key'],
    ['realtime', 'device = "x"', 'misplaced-key'],
    ['realtime', 'toString = 1', 'unknown-key'],
  ] as const
).map((words) => inTable(...(words as unknown as Parameters<typeof inTable>)));

const tables: readonly Refused[] = [
  ['gpio = 5', ['misplaced-key', 1, 'gpio']],
  ['[loudspeakr]', ['unknown-table', 1, 'loudspeakr']],
  ['[mic]\ndevice = "x"', ['unknown-table', 1, 'mic']],
  ['\n\n[turn_detection]', ['misplaced-key', 3, 'turn_detection']],
  ['[[light]]\n[[light]]', ['wrong-type', 1, 'light']],
  ['light = 5', ['wrong-type', 1, 'light']],
  ['[realtime]\nturn_detection = "semantic_vad"', ['wrong-type', 2, 'realtime.turn_detection']],
  ['realtime.speed = 9', ['out-of-range', 1, 'realtime.speed']],
  ['log = {\n level = "inf",\n}', ['unknown-option', 2, 'log.level']],
  ['["a\\u001b[31m\\nb"]', ['unknown-table', 1, '"a?[31m?b"']],
  ['[light]\ngpio = 17', ['shared-gpio-line', 2, 'light.gpio']],
  ['[button]\n\ngpio = 27', ['shared-gpio-line', 3, 'button.gpio']],
  ['[button]\ngpio = 5\n[light]\ngpio = 5', ['shared-gpio-line', 4, 'light.gpio']],
  ['[button]\nchip = "pinctrl-rp1"\n[light]\ngpio = 17', ['shared-gpio-line', 4, 'light.gpio']],
  [
    '[button]\nchip = "extender"\n[light]\nchip = "extender"\ngpio = 17',
    ['shared-gpio-line', 5, 'light.gpio'],
  ],
];

export const command = '[[tool]]\nname = "t"\ndescription = "d"\ncommand = ["true"]\n';
export const url = '[[tool]]\nname = "t"\ndescription = "d"\nurl = "http://host/"\n';
export const server =
  '[[mcp]]\nserver_label = "m"\nserver_url = "https://host/"\nallowed_tools = ["a"]\nrequire_approval = "always"\n';
const headers = 'headers = { Authorization = "Bearer {key}" }\n';
const parameters = '[tool.parameters]\ntype = "object"\n';

const tools: readonly Refused[] = [
  ['[[tool]]\nname = "t"\ndescription = "d"\n', ['missing-action', 1, 'tool[1].command']],
  [`${command}url = "http://host/"\n`, ['two-actions', 5, 'tool[1].url']],
  [command.replace('["true"]', '"true"'), ['wrong-type', 4, 'tool[1].command']],
  [command.replace('["true"]', '[]'), ['invalid-program', 4, 'tool[1].command']],
  [command.replace('"true"', '"./true"'), ['invalid-program', 4, 'tool[1].command']],
  [command.replace('"true"', '"~/true"'), ['invalid-program', 4, 'tool[1].command']],
  [`${url}headers = { Authorization = "Bearer abcdef" }\n`, ['secret-in-header', 5, 'tool[1].headers']],
  [`${url}${headers}credential = "eyJhbGciOiJIUzI1NiJ9"\n`, ['invalid-text', 6, 'tool[1].credential']],
  [url.replace('/"', '/?token=x"'), ['secret-in-address', 4, 'tool[1].url']],
  [url.replace('/"', '/{state}"'), ['parameter-not-required', 4, 'tool[1].url']],
  [
    `${command}${parameters}required = ["b"]\n[tool.parameters.properties.a]\nenm = ["x"]\n`,
    ['unknown-required-name', 7, 'tool[1].parameters.required'],
    ['unknown-keyword', 9, 'tool[1].parameters.properties.a.enm'],
  ],
  [
    `${command}${parameters}[tool.parameters.properties.a]\n"$ref" = "#/nowhere"\n`,
    ['reference', 8, 'tool[1].parameters.properties.a."$ref"'],
  ],
  [
    `[[tool]]\nname = "t"\ndescription = "d"\n${parameters}command = ["true"]\n`,
    ['missing-action', 1, 'tool[1].command'],
    ['tool-key-in-parameters', 6, 'tool[1].parameters.command'],
  ],
  [`${command}${headers}credential = "c"\n`, ['headers-without-url', 5, 'tool[1].headers']],
  [`${url}${headers}`, ['missing-credential', 1, 'tool[1].credential']],
  [`${url}credential = "c"\n`, ['unused-credential', 5, 'tool[1].credential']],
  [url.replace('http:', 'ftp:'), ['wrong-scheme', 4, 'tool[1].url']],
  [url.replace('http://host/', 'host'), ['invalid-address', 4, 'tool[1].url']],
  [url.replace('host', '{host}'), ['parameter-in-host-name', 4, 'tool[1].url']],
  [url.replace('host', 'me:secret@host'), ['password-in-address', 4, 'tool[1].url']],
  [command.replace('"t"', '"two words"'), ['invalid-text', 2, 'tool[1].name']],
  [command.replace('"t"', '"get_time"'), ['duplicate-tool-name', 2, 'tool[1].name']],
  [`${command}${command}`, ['duplicate-tool-name', 6, 'tool[2].name']],
  [`${command}timeout_ms = 120001\n`, ['work-limit-exceeded', 5, 'tool[1].timeout_ms']],
  [`${command}timeout = 5\n`, ['unknown-key', 5, 'tool[1].timeout']],
  ['[tool]\nname = "t"\n', ['wrong-type', 1, 'tool']],
  [`${command}[tool.parameters]\ntype = "array"\n`, ['not-an-object', 6, 'tool[1].parameters.type']],
  [
    `${command}${parameters}[tool.parameters.properties.a]\ntype = "text"\n`,
    ['invalid-keyword', 8, 'tool[1].parameters.properties.a.type'],
  ],
  [`${command}${parameters}required = "a"\n`, ['invalid-keyword', 7, 'tool[1].parameters.required']],
  [`${command}${parameters}properties = 1\n`, ['wrong-type', 7, 'tool[1].parameters.properties']],
  [
    Array.from({ length: 129 }, (_, index) => command.replace('"t"', `"t${index}"`)).join(''),
    ['too-many', 1, 'tool'],
  ],
];

const servers: readonly Refused[] = [
  [server.replace(/require.*\n/, ''), ['unknown-option', 1, 'mcp[1].require_approval']],
  [`${server}approve = ["b"]\n`, ['approve-not-allowed', 6, 'mcp[1].approve']],
  [server.replace('["a"]', '[]'), ['empty-list', 4, 'mcp[1].allowed_tools']],
  [`${server}${server}`, ['duplicate-server-label', 7, 'mcp[2].server_label']],
  [`[realtime]\ndialect = "beta"\n${server}`, ['mcp-in-beta-dialect', 3, 'mcp']],
];

const nested = (opening: string, value: string, closing: string, times: number): string =>
  `a = ${opening.repeat(times)}${value}${closing.repeat(times)}`;

/** The line is 0 where the whole file is refused, and the column of the others is in the sentence. */
export const notToml: readonly (readonly [toml: string, code: string, line: number])[] = [
  ['[a]\nb = marin', 'unexpected-character', 2],
  ['a = =', 'unexpected-token', 1],
  ['a =', 'missing-value', 1],
  ['a = "b\n', 'missing-quote', 1],
  ['a "b"', 'missing-equals-sign', 1],
  ['a = 1 b = 2', 'missing-newline', 1],
  ['a = 1\na = 2', 'duplicate-key', 2],
  ['a = "C:\\dir"', 'unknown-escape', 1],
  ['[a]\n[b]\n[a]', 'duplicate-key', 3],
  ['a = { b = 1, b = 2 }', 'duplicate-key', 1],
  ['a = 017', 'invalid-toml', 1],
  ['a = 1__0', 'invalid-toml', 1],
  ['a = 2026-02-30', 'invalid-toml', 1],
  ['[a', 'invalid-toml', 1],
  ['a = "\u0000"', 'invalid-toml', 1],
  ['a = "\\ud800"', 'invalid-toml', 1],
  [nested('[', '', ']', 30_000), 'toml-too-large', 0],
  [nested('{a=', '1', '}', 17), 'toml-too-large', 0],
  [`${'a.'.repeat(17)}a = 1`, 'toml-too-large', 0],
  [`[${'a.'.repeat(17)}a]`, 'toml-too-large', 0],
  [`a = "${'x'.repeat(500_000)}"`, 'toml-too-large', 0],
];

export const refused: readonly Refused[] = [...values, ...tables, ...tools, ...servers];
