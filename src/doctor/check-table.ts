// Every check of `parley doctor`, in the order of the report: its id, its title, and what it looks at. The
// documentation's table is generated from it.

export const checkTable = {
  node: { title: 'Node', looksAt: 'the version of Node that runs Parley' },
  release: { title: 'Parley', looksAt: 'the installed release: the current one, and built for this Node' },
  config: { title: 'Configuration', looksAt: 'every key and value of the configuration file' },
  key: { title: 'Key', looksAt: 'where the API key is stored, and who may read it' },
  unit: { title: 'Service', looksAt: 'the systemd service: running, enabled at boot, number of restarts' },
  dns: { title: 'DNS', looksAt: 'the address of the service' },
  tcp: { title: 'TCP', looksAt: 'a connection to the service' },
  tls: { title: 'TLS', looksAt: "encryption, and the service's certificate" },
  session: { title: 'Session', looksAt: 'key and model: a session is opened, and no audio is sent' },
  'microphone-card': { title: 'Microphone card', looksAt: 'whether ALSA lists the configured microphone' },
  'loudspeaker-card': { title: 'Loudspeaker card', looksAt: 'whether ALSA lists the configured loudspeaker' },
  'microphone-level': {
    title: 'Microphone level',
    looksAt: 'three seconds of speech, or one second of the room: level, noise, clipping, offset',
  },
  'loudspeaker-tone': { title: 'Loudspeaker', looksAt: 'a tone that the loudspeaker plays' },
  'loudspeaker-heard': {
    title: 'Loudspeaker heard',
    looksAt: 'whether the microphone records a second tone',
  },
  'button-chip': { title: 'Button chip', looksAt: "the GPIO chip of the button's line" },
  'light-chip': { title: 'Light chip', looksAt: "the GPIO chip of the light's line" },
  'button-line': { title: 'Button line', looksAt: "which program holds the button's line" },
  'light-line': { title: 'Light line', looksAt: "which program holds the light's line" },
  'button-level': {
    title: 'Button at rest',
    looksAt: 'the level of the line while the button is not pressed',
  },
  light: { title: 'Light', looksAt: 'two seconds of flashing' },
  button: { title: 'Button', looksAt: 'one press, at a terminal only' },
  clock: { title: 'Clock', looksAt: 'the difference to the clock of the service, and NTP' },
  power: { title: 'Power', looksAt: 'undervoltage, throttling and heat since the last boot (Raspberry Pi)' },
  'wifi-power-saving': { title: 'Wi-Fi power saving', looksAt: 'whether power saving is on' },
  'wifi-signal': { title: 'Wi-Fi signal', looksAt: 'the strength of the signal' },
  disk: { title: 'Disk space', looksAt: 'free space on the disks of /, /opt and /var/log' },
  memory: { title: 'Memory', looksAt: 'available memory' },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly looksAt: string }>>;

export type CheckId = keyof typeof checkTable;
