// The promises of a notifier (src/core/ports.ts).

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notifier } from '../../src/core/ports.ts';

export interface NotifierRig {
  readonly notifier: Notifier;
  /** The lines of each message that arrived so far, without MAINPID. */
  heard(): readonly (readonly string[])[];
  dispose(): Promise<void>;
}

const soon = { timeout: 120_000, interval: 5 };

export const describeNotifier = (name: string, createRig: () => Promise<NotifierRig>): void => {
  describe(`${name} keeps the promises of a notifier`, () => {
    let rig: NotifierRig;
    beforeEach(async () => {
      rig = await createRig();
    });
    afterEach(async () => {
      await rig.notifier.stop();
      await rig.dispose();
    });

    const lines = (): string[] => rig.heard().flat();
    const hears = (line: string): Promise<void> => vi.waitFor(() => expect(lines()).toContain(line), soon);

    it('sends READY once, statuses after it, STOPPING last', async () => {
      rig.notifier.status('Waiting');
      rig.notifier.ready();
      rig.notifier.ready();
      await hears('STATUS=Waiting');
      rig.notifier.status('Listening');
      await hears('STATUS=Listening');
      await rig.notifier.stop();
      await hears('STOPPING=1');
      expect(lines()).toEqual(['READY=1', 'STATUS=Waiting', 'STATUS=Listening', 'STOPPING=1']);
    });

    it('sends only the newest of the statuses that wait', async () => {
      rig.notifier.ready();
      for (let count = 1; count <= 50; count += 1) rig.notifier.status(`Status ${count}`);
      await hears('STATUS=Status 50');
      expect(lines().length).toBeLessThan(5);
    });

    it('sends no status before READY, nor after stop', async () => {
      rig.notifier.status('Too early');
      await Promise.all([rig.notifier.stop(), rig.notifier.stop()]);
      rig.notifier.ready();
      rig.notifier.status('Too late');
      await rig.notifier.stop();
      await hears('STOPPING=1');
      expect(lines()).toEqual(['STOPPING=1']);
    });

    it('sends a status as one line', async () => {
      rig.notifier.ready();
      rig.notifier.status('Grüße: "$(x)"\nMAINPID=1\r\n--ready');
      await hears('STATUS=Grüße: "$(x)" MAINPID=1 --ready');
    });
  });
};
