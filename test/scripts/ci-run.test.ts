// .ci/run: what runs where, what is kept for the next run, and that the sum is never better than the parts.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Checkout } from './checkout.ts';

const isRoot = process.getuid?.() === 0;

/** What scripts/test.sh prints at its end. */
const printed = (passed: number, failed: number): string =>
  `     3 s  Debian packages\n${passed} passed, ${failed} failed\n`;

/** Makes an archive that holds one file, and notes that it did. */
const mmdebstrap = `echo "made a root" >>calls
for word; do case $word in *.tar) archive=$word ;; esac; done
folder=$(mktemp -d); touch "$folder/bare"; tar -cf "$archive" -C "$folder" .; rm -r "$folder"`;

/** Enters no root: notes its files and the command, and prints what the test has prepared for the command. */
const unshare = `while [ "$1" != in_root ]; do shift; done
root=$2; shift 2
echo "$(cd "$root"; ls -d bare installed 2>/dev/null | tr '\\n' ' ')$*" >>calls
touch "$root/installed"
case $* in *node22*) cat node22 ;; *node24*) cat node24 ;; *) cat debian ;; esac`;

describe.runIf(isRoot)('.ci/run', () => {
  let checkout: Checkout;
  beforeEach(() => {
    checkout = new Checkout();
    const tools = { mmdebstrap, unshare };
    for (const [name, script] of Object.entries(tools))
      checkout.tool(name, `cd "${checkout.root}"\n${script}`);
    checkout.tool('apt-get', 'echo http://mirror.example/debian');
    checkout.tool('apt-config', 'true');
    checkout.tool('git', '[ "$1" = status ] || { shift 4; mkdir -p "$1"; }');
    for (const part of ['debian', 'node22', 'node24']) checkout.write(part, printed(5, 0));
    for (const node of ['node-22', 'node-24'])
      mkdirSync(checkout.path(`cache/${node}/bin`), { recursive: true });
    checkout.write('test-of-vm', printed(30, 0));
    checkout.tool(
      'scripts-test',
      `cat "${checkout.path('test-of-vm')}"; echo "$*" >>"${checkout.path('calls')}"`,
    );
    rmSync(checkout.path('scripts/test.sh'));
    checkout.write('scripts/test.sh', '#!/bin/sh\nexec scripts-test "$@"\n', 0o755);
  });
  afterEach(() => checkout.remove());

  const run = async (...parts: string[]) => {
    rmSync(checkout.path('calls'), { force: true });
    const ended = await checkout.run('.ci/run', parts, { PARLEY_CI_CACHE: checkout.path('cache') });
    const calls = existsSync(checkout.path('calls')) ? checkout.read('calls').trimEnd().split('\n') : [];
    return { ...ended, calls, sum: ended.stdout.trimEnd().split('\n').at(-1) };
  };
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

  test('all tests in the bare root, the short set on newer Nodes, and the virtual Pi', async () => {
    const ended = await run();
    expect(ended).toMatchObject({ code: 0, sum: '45 passed, 0 failed' });
    expect(ended.calls).toEqual([
      'made a root',
      `bare env -C /root/parley CI=true PATH=${path} ./scripts/test.sh`,
      ...[22, 24].map(
        (node) =>
          `bare installed env -C /root/parley-node${node} CI=true PATH=/opt/node-${node}/bin:${path} ./scripts/test.sh --short`,
      ),
      '--vm --short',
    ]);
    const times = ['debian', 'node22', 'node24', 'vm'].map((part) => ` +\\d+ s  ${part}\n`).join('');
    expect(ended.stdout).toMatch(new RegExp(`==> The time of each part, \\d+ s in all:\n${times}45 passed`));
  });

  test('by name: one part alone', async () => {
    const { calls } = await run('debian');
    expect(calls).toEqual(['made a root', `bare env -C /root/parley CI=true PATH=${path} ./scripts/test.sh`]);
  });

  test('a second run finds the root with its packages; roots of runs are removed', async () => {
    await run('debian');
    const kept = readdirSync(checkout.path('cache')).sort();
    expect(kept).toEqual([
      expect.stringMatching(/^bare-[0-9a-f]{12}\.tar$/),
      'node-22',
      'node-24',
      expect.stringMatching(/^packages-[0-9a-f]{12}\.tar$/),
    ]);
    expect((await run('debian')).calls).toEqual([
      `bare installed env -C /root/parley CI=true PATH=${path} ./scripts/test.sh`,
    ]);
    expect(readdirSync(checkout.path('cache')).sort()).toEqual(kept);
  });

  test('the root that another Node has completed lacks the Node of Debian, and is not kept', async () => {
    await run('node22');
    expect(readdirSync(checkout.path('cache')).filter((name) => name.startsWith('packages'))).toEqual([]);
  });

  test('other scripts may need other packages: they begin with the bare root', async () => {
    await run('debian');
    checkout.write('scripts/lib.sh', `${checkout.read('scripts/lib.sh')}\n`);
    expect((await run('debian')).calls).toEqual([
      `bare env -C /root/parley CI=true PATH=${path} ./scripts/test.sh`,
    ]);
  });

  test('a root in which the packages could not be installed is not kept', async () => {
    checkout.write(
      'debian',
      `     3 s  Debian packages\nparley: failed: Debian packages\n5 passed, 1 failed\n`,
    );
    expect(await run('debian')).toMatchObject({ code: 1, sum: '5 passed, 1 failed' });
    expect(readdirSync(checkout.path('cache')).filter((name) => name.startsWith('packages'))).toEqual([]);
  });

  test.each([
    ['failures', printed(5, 2), '15 passed, 2 failed'],
    ['no sum', 'Segmentation fault\n', '10 passed, 1 failed'],
    ['a sum that is not the last line', `${printed(5, 0)}Segmentation fault\n`, '10 passed, 1 failed'],
  ])('a part with %s: the other parts run, and it is named', async (_, output, sum) => {
    checkout.write('debian', output);
    const ended = await run('debian', 'node22', 'node24');
    expect(ended).toMatchObject({ code: 1, sum });
    expect(ended.stderr).toContain('parley: failed: the part debian\n');
    expect(ended.calls).toHaveLength(4);
  });

  test('without a mirror of Debian the parts fail, with the remedy', async () => {
    checkout.tool('apt-get', 'true');
    const ended = await run('debian', 'vm');
    expect(ended).toMatchObject({ code: 1, sum: '30 passed, 1 failed' });
    expect(ended.stdout).toContain('apt has no mirror of Debian here');
  });

  test('an unknown part is refused', async () => {
    const ended = await run('debain');
    expect(ended).toMatchObject({ code: 1, calls: [] });
    expect(ended.stderr).toMatch(/^parley: there is no part debain; .*--help/);
  });
});
