// The serial port between the guest and the host, which carries the scenario's name in and the results out.

import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Often enough that the host, which waits for it, loses no time; the guest's clock runs ahead while it idles. */
const READY_EVERY_MS = 1000;

const sendToHost = (line: string): void =>
  appendFileSync(process.env['RIG_PORT'] ?? '/dev/null', `${line}\n`);

/** Tells the host to cut the power, now. The scenario goes on as `after-NAME`, in a second boot. */
export const requestPowerCut = (): void => sendToHost('RIG-CUT-POWER');

/**
 * The name of the scenario. The host sends it when it has seen that the guest is ready; that is repeated,
 * because between two of these lines a snapshot may have been saved and loaded.
 * @param parleyState as `systemctl is-active` prints it
 */
export const scenarioFromHost = async (parleyState: string): Promise<string> => {
  const sayReady = (): void => sendToHost(`RIG-READY ${parleyState}`);
  sayReady();
  const timer = setInterval(sayReady, READY_EVERY_MS);
  const lines = createInterface({ input: process.stdin });
  const name = await new Promise<string>((resolve) => lines.once('line', resolve));
  lines.close();
  clearInterval(timer);
  return name.trim();
};
