/** What is wrong with the configuration or the key: one or more lines, ready to print, without any secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
