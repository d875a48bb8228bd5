// The journal of the unit, followed while it is written: the lines of Parley and of systemd.

import type { Phase } from '../../../src/core/conversation.ts';
import { Child } from '../../../src/system/child-process.ts';
import { waitFor } from './wait-for.ts';

export interface Line {
  /** Of the writer; 1 is systemd. */
  readonly pid: number;
  /** As it stands in the journal. */
  readonly text: string;
  /** Only in the lines of Parley. */
  readonly msg?: string;
  readonly phase?: Phase;
  readonly reason?: string;
  /** Of a failure or a notice. */
  readonly code?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const parseOwn = (text: string): Pick<Line, 'msg' | 'phase' | 'reason' | 'code'> => {
  try {
    return text.startsWith('{') ? (JSON.parse(text) as Line) : {};
  } catch {
    // A truncated line is plain text.
    return {};
  }
};

const parse = (json: string): Line => {
  const fields = JSON.parse(json) as Fields;
  const message = fields['MESSAGE'];
  // journalctl prints bytes that are not plain text as numbers.
  const text = Array.isArray(message) ? Buffer.from(message as number[]).toString('utf8') : String(message);
  return { ...parseOwn(text), text, pid: Number(fields['_PID'] ?? 0) };
};

export class Journal {
  readonly #child: Child;
  readonly #lines: Line[] = [];
  #rest = '';

  constructor() {
    const fields = '--output-fields=MESSAGE,_PID';
    this.#child = new Child(
      'journalctl',
      ['--follow', '--no-tail', '--boot', '--unit=parley', '--output=json', fields],
      { onOutput: (chunk) => this.#take(chunk.toString('utf8')) },
    );
  }

  /** The position of the next line. */
  get mark(): number {
    return this.#lines.length;
  }

  since(mark: number): Line[] {
    return this.#lines.slice(mark);
  }

  /** Waits for the first line since the mark that matches. */
  async line(mark: number, matches: (line: Line) => boolean, what: string): Promise<Line> {
    const tail = (): string =>
      `\n  the journal:\n${this.#lines
        .slice(-15)
        .map(({ text }) => `    ${text}\n`)
        .join('')}`;
    await waitFor(() => this.since(mark).some(matches), what, undefined, tail);
    return this.since(mark).find(matches) ?? { pid: 0, text: '' };
  }

  /** Resolves when the phase was entered `times` times since the mark. */
  async phase(mark: number, phase: Phase, times = 1): Promise<void> {
    const seen = new Set<Line>();
    const nth = (line: Line): boolean => {
      if (line.phase === phase && line.msg !== 'nothing to do') seen.add(line);
      return seen.size >= times;
    };
    await this.line(mark, nth, `${phase} for the ${times}. time`);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#lines.push(...lines.filter((line) => line.startsWith('{')).map(parse));
  }
}
