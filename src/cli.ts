#!/usr/bin/env node
// The command line: which words exist, and what they say of themselves. Each command is loaded only when
// it is asked for: the service must not carry the parrot.

import { ConfigError, Unavailable } from './core/errors.ts';
import './system/no-debugger.ts';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Setting } from './config/shipped.ts';
import { type ExitCode, exitCodes } from './core/exit-codes.ts';

// Beside the sources and beside the bundle alike.
const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
const root = fileURLToPath(new URL('..', import.meta.url));
const shipped = fileURLToPath(new URL('../config/parley.toml', import.meta.url));

const exitHelp = `
Exit codes: 0 done; 1 a turn or a check failed; 64 the command line is wrong; 69 something is
missing or in use (a GPIO line, a port, a file, a permission); 70 a fault of Parley's own;
78 the configuration or the key is wrong.`;

const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is expected.`);
    return value;
  };

const configOption = ['-c, --config <file>', 'the configuration (default: /etc/parley/parley.toml)'] as const;

type End = (code: Promise<ExitCode> | ExitCode) => Promise<void>;

const createProgram = (end: End): Command => {
  const program = new Command('parley')
    .description(
      'A button, a light, a microphone and a loudspeaker become a smart speaker: press, talk, listen.',
    )
    .version(version)
    .showHelpAfterError('"parley --help" lists what there is.')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  program
    .command('run')
    .description('the service: waits for the button. SIGUSR1 is a press; SIGTERM and SIGINT end it')
    .option(...configOption)
    .action(async (options) => end((await import('./commands/run.ts')).run(options)));
  program
    .command('try')
    .description(
      'the whole of Parley on this machine, against a parrot: Enter is the button, the terminal the light',
    )
    .option(...configOption)
    .option('--say <file.wav>', 'speak this instead of a microphone, and end after the reply')
    .option('--hear <file.wav>', 'write the reply there instead of playing it (24 kHz mono)')
    .option('--turns <n>', 'end after this many replies', wholeNumber(1, 1000))
    .option('--live', 'the real service of the configuration, with the key, instead of the parrot')
    .option('--json', 'print the timeline as JSON, a line an event')
    .option('--calls <file.json>', 'what the parrot calls, and when; see the README')
    .action(async (options) => end((await import('./commands/try.ts')).tryOut(options)));
  program
    .command('parrot')
    .description('serve the parrot to any client of the Realtime API, on loopback')
    .addOption(new Option('--port <n>', 'TCP port').default(8765).argParser(wholeNumber(0, 65535)))
    .addOption(new Option('--dialect <name>', 'what it speaks').choices(['ga', 'beta']).default('ga'))
    .option('--calls <file.json>', 'what it calls, and when; see the README')
    .action(async (options) => end((await import('./commands/parrot.ts')).parrot(options)));
  addToolsCommands(program, end);
  addDoctorCommand(program, end);
  program
    .command('light')
    .description('the light, by hand')
    .command('off')
    .description('switch off what a killed service may have left on')
    .option(...configOption)
    .action(async (options) => end((await import('./commands/light-off.ts')).lightOff(options)));
  addConfigCommands(program.command('config').description('the configuration'), end);
  addExitHelp(program);
  return program;
};

const addDoctorCommand = (program: Command, end: End): void => {
  program
    .command('doctor')
    .description('look at all that Parley needs, and say of each thing whether it is right, and what to do')
    .option(...configOption)
    .option('--json', 'print the report as JSON; nobody is asked anything')
    .option('--offline', 'leave the network alone')
    .option('--silent', 'play nothing, ask nothing')
    .option('--bundle <file>', 'write a support file too, without secrets')
    .action(async (options) =>
      end((await import('./commands/doctor.ts')).doctor(options, { version, root })),
    );
};

const addToolsCommands = (program: Command, end: End): void => {
  const tools = program
    .command('tools')
    .description('list what the service may ask this speaker to do, as the service is told')
    .option(...configOption)
    .option('--json', 'print it as JSON')
    .action(async (options) => end((await import('./commands/tools.ts')).listTools(options)));
  tools
    .command('call')
    .description('do one of it, here and now, with timers and a volume of your own; Ctrl-C cancels it')
    .argument('<name>')
    .argument('[arguments]', 'as JSON', '{}')
    .option(...configOption)
    .action(async (name, args, options) => {
      const { callTool } = await import('./commands/tools.ts');
      return end(callTool(name, args, { ...tools.opts(), ...options }));
    });
};

const addConfigCommands = (config: Command, end: End): void => {
  const file = ['[file]', 'default: /etc/parley/parley.toml'] as const;
  config
    .command('check')
    .description('read a configuration and name every fault in it, with its line')
    .argument(...file)
    .action(async (path) => end((await import('./commands/config-check.ts')).configCheck(path)));
  config
    .command('init')
    .description('write the configuration as shipped, where there is none yet')
    .argument(...file)
    .option('--set <table.key=value>', 'with this value; may be given several times', addSetting, [])
    .option('--no-key', 'for a service that wants no key: no headers')
    .action(async (path, options) => {
      const { configInit } = await import('./commands/config-init.ts');
      return end(configInit(path, { ...options, shipped }));
    });
  config
    .command('new-keys')
    .description('name what the configuration as shipped has and this one has not')
    .argument(...file)
    .option('--since <shipped>', 'leave out what this older configuration as shipped had')
    .action(async (path, options) => {
      const { configNewKeys } = await import('./commands/config-new-keys.ts');
      return end(configNewKeys(path, { ...options, shipped }));
    });
};

const addSetting = (text: string, before: readonly Setting[]): Setting[] => {
  const [, key, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('A setting such as loudspeaker.device=plughw:CARD=Device is expected.');
  return [...before, { key, value }];
};

const addExitHelp = (command: Command): void => {
  command.addHelpText('after', exitHelp);
  for (const below of command.commands) addExitHelp(below);
};

const main = async (): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram(async (ended) => {
    code = await ended;
  });
  await program.parseAsync();
  return code;
};

/** One clear line for the person, and the code for the machine. */
const codeOf = (error: unknown): ExitCode => {
  if (error instanceof Error && 'exitCode' in error && 'code' in error)
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const expected = error instanceof ConfigError || error instanceof Unavailable;
  const text = expected ? error.message : `Parley has a fault of its own, please report it: ${inFull(error)}`;
  process.stderr.write(`${text}\n`);
  if (error instanceof ConfigError) return exitCodes.config;
  return error instanceof Unavailable ? exitCodes.unavailable : exitCodes.internal;
};

const inFull = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => process.exit(codeOf(error)));
// A reader that has read enough (`parley try | head`) is no fault.
process.stdout.on('error', () => process.exit(exitCodes.ok));

main().then(
  (code) => process.exit(code),
  (error: unknown) => process.exit(codeOf(error)),
);
