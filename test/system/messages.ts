// The sentences of src/system/, for the log.

import { systemdNotNotified, watchdogNotFed } from '../../src/system/systemd-notifier.ts';

export const messages = {
  'watchdog-not-fed': watchdogNotFed('the microphone is on'),
  'systemd-not-notified': systemdNotNotified('spawn systemd-notify ENOENT'),
};
