// The command line as data: its commands, arguments, options and help texts. Building it runs nothing. A command is
// loaded when it is called, so that the service does not load the parrot.

import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Setting } from '../config/shipped.ts';
import type { ExitCode } from '../core/exit-codes.ts';
import type { Installation } from '../doctor/checks/program-checks.ts';

/** Called with the exit code of the command that ran. */
export type OnEnd = (code: Promise<ExitCode> | ExitCode) => Promise<void>;

const exitHelp = `
Exit codes: 0 done; 1 a turn, a check or a tool call failed; 64 the command line is wrong; 69 something is
missing or in use (a GPIO line, a port, a file, a permission); 70 an internal error of Parley;
78 the configuration or the key is wrong.`;

const getHelp = `
A text is printed without quotes, a number and true or false as they are; a key without a value and without
a default (such as realtime.model) as an empty line. realtime.headers prints a line "Name: value" for each
header, tool and mcp the name of each tool and server in a line. Secrets are never printed: of a header only
"{key}" and the word in front of it.`;

const configOption = ['-c, --config <file>', 'the configuration (default: /etc/parley/parley.toml)'] as const;
const fileArgument = ['[file]', 'the configuration (default: /etc/parley/parley.toml)'] as const;

/** The whole command line; `parseAsync` on it runs a command. */
export const createProgram = (installation: Installation, onEnd: OnEnd): Command => {
  const program = new Command('parley')
    .description(
      'A button, a light, a microphone and a loudspeaker become a smart speaker: press, talk, listen.',
    )
    .version(installation.version)
    .showHelpAfterError('"parley --help" lists the commands.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  program
    .command('run')
    .description('run the service: it waits for the button. SIGUSR1 is a press; SIGTERM and SIGINT end it')
    .option(...configOption)
    .action(async (options) => onEnd((await import('./run.ts')).run(options)));
  program
    .command('try')
    .description(
      'try Parley on this machine with the parrot as the service: Enter is the button, the terminal the light',
    )
    .option(...configOption)
    .option('--say <file.wav>', 'speak this file instead of the microphone, and end after the reply')
    .option('--hear <file.wav>', 'write the reply to this file instead of playing it (24 kHz mono)')
    .option('--turns <n>', 'end after this many replies', wholeNumber(1, 1000))
    .option('--live', 'use the service and the key of the configuration instead of the parrot')
    .option('--json', 'print the timeline as JSON, one line for each event')
    .option(
      '--calls <file.json>',
      'which functions the parrot calls, and when; test/README.md describes the file',
    )
    .action(async (options) => onEnd((await import('./try.ts')).tryOut(options)));
  program
    .command('parrot')
    .description('serve the parrot, a test service, to any client of the Realtime API on this machine')
    .addOption(new Option('--port <n>', 'TCP port').default(8765).argParser(wholeNumber(0, 65535)))
    .addOption(new Option('--dialect <name>', 'dialect of the API').choices(['ga', 'beta']).default('ga'))
    .option('--calls <file.json>', 'which functions it calls, and when; test/README.md describes the file')
    .action(async (options) => onEnd((await import('./parrot.ts')).parrot(options)));
  addTools(program, onEnd);
  program
    .command('doctor')
    .description('check everything that Parley needs, and report faults with their remedies')
    .option(...configOption)
    .option('--json', 'print the report as JSON, and ask nothing')
    .option('--offline', 'do not use the network')
    .option('--silent', 'play nothing, and ask nothing')
    .option('--bundle <file>', 'also write a support file, without secrets')
    .action(async (options) => onEnd((await import('./doctor.ts')).doctor(options, installation)));
  program
    .command('light')
    .description('the light')
    .command('off')
    .description('switch off a light that a killed service has left on')
    .option(...configOption)
    .action(async (options) => onEnd((await import('./light-off.ts')).lightOff(options)));
  addConfig(program, installation, onEnd);
  addExitHelp(program);
  return program;
};

const addTools = (program: Command, onEnd: OnEnd): void => {
  const tools = program
    .command('tools')
    .description('list the tools that the service may call, as the service sees them')
    .option(...configOption)
    .option('--json', 'print them as JSON')
    .action(async (options) => onEnd((await import('./tools.ts')).listTools(options)));
  tools
    .command('call')
    .description('call one tool now, with the timers and the volume of this user; Ctrl-C cancels it')
    .argument('<name>', 'the tool')
    .argument('[arguments]', 'as JSON', '{}')
    .option(...configOption)
    .action(async (name, args, options) => {
      const { callTool } = await import('./tools.ts');
      return onEnd(callTool(name, args, { ...tools.opts(), ...options }));
    });
};

const addConfig = (program: Command, { root }: Installation, onEnd: OnEnd): void => {
  const shipped = join(root, 'config/parley.toml');
  const load = () => import('./config.ts');
  const config = program.command('config').description('the configuration');
  config
    .command('check')
    .description('check a configuration, and name every error in it with its line')
    .argument(...fileArgument)
    .action(async (path) => onEnd((await load()).configCheck(path)));
  config
    .command('get')
    .description('print the value of one key, or its default where the file does not set it')
    .argument('<table.key>', 'such as button.gpio, or several with commas: button.gpio,light.gpio')
    .argument(...fileArgument)
    .addHelpText('after', getHelp)
    .action(async (keys, path) => onEnd((await load()).configGet(keys, path)));
  config
    .command('init')
    .description('write the configuration as shipped, where there is none yet')
    .argument(...fileArgument)
    .option('--set <table.key=value>', 'with this value; may be given several times', addSetting, [])
    .option('--no-key', 'for a service without a key: no headers')
    .action(async (path, options) => onEnd((await load()).configInit(shipped, options, path)));
  config
    .command('new-keys')
    .description('list the keys of the configuration as shipped that this one does not have')
    .argument(...fileArgument)
    .option('--since <shipped>', 'without the keys that this older configuration as shipped had')
    .action(async (path, { since }) => onEnd((await load()).configNewKeys(shipped, since, path)));
};

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`A whole number from ${min} to ${max} is expected.`);
    return value;
  };

const addSetting = (text: string, before: readonly Setting[]): Setting[] => {
  const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('A setting such as loudspeaker.device=plughw:CARD=Device is expected.');
  return [...before, { key, value }];
};

const addExitHelp = (command: Command): void => {
  command.addHelpText('after', exitHelp);
  for (const subcommand of command.commands) addExitHelp(subcommand);
};
