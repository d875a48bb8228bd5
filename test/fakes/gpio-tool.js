// gpiomon, gpioset, gpioinfo and gpioget of libgpiod 2.2 as far as Parley uses them, on a virtual chip:
// a folder with a file per line (see virtual-chip.ts). A line is held by listening on a socket in the
// kernel's abstract namespace, so it is released however its holder dies. Messages are the real ones.

import { appendFileSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const [folder = '', tool = '', ...rest] = process.argv.slice(2);

/** @param {string} file */
const read = (file) => readFileSync(join(folder, file), 'utf8').trim();

/** @param {string} words @returns {never} */
const die = (words) => {
  process.stderr.write(`${tool}: ${words}\n`);
  process.exit(1);
};

const { values, positionals } = parseArgs({
  args: rest,
  allowPositionals: true,
  options: {
    version: { type: 'boolean' },
    banner: { type: 'boolean' },
    chip: { type: 'string', short: 'c' },
    consumer: { type: 'string', short: 'C', default: tool },
    'active-low': { type: 'boolean', short: 'l', default: false },
    numeric: { type: 'boolean' },
    bias: { type: 'string', short: 'b' },
    'debounce-period': { type: 'string', short: 'p', default: '0ms' },
    edges: { type: 'string', short: 'e' },
    format: { type: 'string', short: 'F' },
    toggle: { type: 'string', short: 't' },
  },
});
const activeLow = values['active-low'];
const [name = '', , lines = '0'] = read('chip').split(' ');

/** @param {string} period */
const milliseconds = (period) => Number(/^(\d+)(ms)?$/.exec(period)?.[1] ?? die(`invalid period: ${period}`));

const openChip = () => {
  if (basename(values.chip ?? '') !== name) die(`cannot find GPIO chip character device '${values.chip}'`);
  if (existsSync(join(folder, 'denied'))) die(`unable to open chip '/dev/${name}': Permission denied`);
};

/** @param {string} line @param {() => void} then */
const hold = (line, then) => {
  if (Number(line) >= Number(lines)) die(`offset ${line} is out of range on chip '${name}'`);
  const chip = tool === 'gpioset' ? `'/dev/${name}'` : `/dev/${name}`;
  // Whoever asks hears that the line is held, and all that `then` does has been done.
  const server = createServer((asked) => asked.end('held'));
  server.on('error', () => die(`unable to request lines on chip ${chip}: Device or resource busy`));
  server.listen(`\0${folder}/${line}`, () => {
    writeFileSync(join(folder, `${line}.consumer`), values.consumer);
    then();
  });
};

/** @param {string} line */
const monitor = (line) => {
  const down = () => (read(`${line}.pull`) === 'pull-up') !== activeLow;
  let last = down();
  /** @type {NodeJS.Timeout | undefined} */
  let quiet;
  const settle = () => {
    if (down() === last) return;
    last = !last;
    process.stdout.write(`${values.format === '%e' ? (last ? 1 : 2) : die('only %e')}\n`);
  };
  watch(folder, (_event, file) => {
    if (file !== `${line}.pull`) return;
    clearTimeout(quiet);
    quiet = setTimeout(settle, milliseconds(values['debounce-period']));
  });
  if (values.banner) process.stdout.write(`Monitoring line '${line}'...\n`);
};

/** @param {string} line @param {boolean} value */
const set = (line, value) => {
  const level = value !== activeLow ? '1' : '0';
  // A test that has seen the level may kill the tool at once.
  appendFileSync(join(folder, `${line}.trace`), level);
  writeFileSync(join(folder, `${line}.level`), level);
};

/** @param {string} line @param {boolean} value */
const play = (line, value) => {
  set(line, value);
  if (values.banner) process.stdout.write(`Setting line '${line}'...\n`);
  const periods = values.toggle?.split(',').map(milliseconds) ?? [];
  if (periods[0] === 0) process.exit(0);
  /** @param {number} step @param {boolean} now */
  const round = (step, now) => {
    setTimeout(() => {
      set(line, !now);
      round((step + 1) % periods.length, !now);
    }, periods[step]);
  };
  if (periods.length > 0) round(0, value);
};

const [line = '', value = ''] = (positionals[0] ?? '').split('=');

/** @type {Record<string, () => void>} */
const tools = {
  gpioinfo: () => {
    openChip();
    const holder = existsSync(join(folder, `${line}.consumer`))
      ? ` consumer=${read(`${line}.consumer`)}`
      : '';
    process.stdout.write(`${name} ${line}\tunnamed         \tinput${holder}\n`);
  },
  gpioget: () => {
    openChip();
    const pulled = existsSync(join(folder, `${line}.pull`)) ? read(`${line}.pull`) : `pull-up`;
    process.stdout.write(`${pulled === 'pull-up' ? 1 : 0}\n`);
  },
  gpiomon: () => {
    openChip();
    hold(line, () => monitor(line));
  },
  gpioset: () => {
    openChip();
    hold(line, () => play(line, value === '1'));
  },
};

if (values.version) process.stdout.write(`${tool} (libgpiod) v${read('version')}\n`);
else tools[tool]?.();
