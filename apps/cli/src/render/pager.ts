import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { write, type Terminal } from '../cli/terminal';

/** Where a long text goes. */
export type WriteText = (text: string) => Promise<void>;

/**
 * Lets `work` write a text that may be long. On a terminal it is shown in `$PAGER` (`less -FRX` if none is set), page by page;
 * elsewhere, with `PAGER=cat` or an empty one, it is just written. Whoever leaves the pager has seen enough: then writing
 * rejects with EPIPE, which is no error here.
 */
export async function paged(terminal: Terminal, work: (write: WriteText) => Promise<void>): Promise<void> {
  const pager = await startPager(terminal);
  if (pager === undefined) return work((text) => write(terminal.stdout, text));
  const { child, input } = pager;
  const closed = once(child, 'close');
  // Writing tells of it; this keeps the process from ending by it.
  input.on('error', () => {});
  try {
    await work((text) => write(input, text));
  } catch (error) {
    if (!isGone(error)) throw error;
  } finally {
    input.end();
    await closed;
  }
}

async function startPager(
  terminal: Terminal,
): Promise<{ readonly child: ChildProcess; readonly input: Writable } | undefined> {
  const { stdout, env } = terminal;
  if (stdout.isTTY !== true || env['TERM'] === 'dumb') return undefined;
  const chosen = env['PAGER']?.trim();
  if (chosen === '' || chosen === 'cat') return undefined;
  const isScreen = stdout === (process.stdout as unknown);
  const options = {
    env: { LESS: 'FRX', ...env } as NodeJS.ProcessEnv,
    stdio: ['pipe', isScreen ? 'inherit' : 'pipe', 'inherit'] as ('pipe' | 'inherit')[],
  };
  const child =
    chosen === undefined ? spawn('less', ['-FRX'], options) : spawn(chosen, { ...options, shell: true });
  try {
    await once(child, 'spawn');
  } catch {
    // There is no such program.
    return undefined;
  }
  child.stdout?.on('data', (chunk: Buffer) => void stdout.write(chunk));
  return { child, input: child.stdin! };
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' || code === 'ERR_STREAM_WRITE_AFTER_END';
}
