declare module 'systemd-notify' {
  import type { ChildProcess } from 'node:child_process';

  interface Notification {
    /** Start-up is complete. */
    readonly ready?: boolean;
    /** The main process; ours where `ready` or `status` is there and this is not. */
    readonly pid?: number;
    /** One line for `systemctl status`. */
    readonly status?: string;
  }

  /** Spawns `systemd-notify`, with our whole environment. Rejects with its words (a string) or an Error. */
  function notify(notification: Notification): Promise<ChildProcess>;
  export = notify;
}
