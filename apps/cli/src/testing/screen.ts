import { PassThrough } from 'node:stream';
import type { Terminal } from '../cli/terminal';

/** A stream that says it is a terminal, and what was shown on it. */
export class Screen extends PassThrough {
  readonly isTTY = true;
  readonly columns = 100;
  shown = '';

  constructor() {
    super();
    this.on('data', (chunk: Buffer) => (this.shown += chunk.toString()));
  }

  cursorTo(): boolean {
    return true;
  }
  moveCursor(): boolean {
    return true;
  }
  clearLine(): boolean {
    return true;
  }
}

/** A terminal with somebody at it. */
export function terminalWith(stderr: Screen, over: Partial<Terminal> = {}): Terminal {
  return {
    stdin: Object.assign(new PassThrough(), { isTTY: true }),
    stdout: new Screen(),
    stderr,
    env: { TERM: 'xterm' },
    cwd: '/',
    signal: new AbortController().signal,
    ...over,
  };
}
