import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Terminal } from '../cli/terminal';
import { CancelledError } from '../errors/errors';
import { FileExistsError, FileUnwritableError } from '../errors/file-errors';
import { ArgonError } from '@argon/bson';

export interface SinkOptions {
  readonly gzip: boolean;
  /** Replace a file that is there. */
  readonly force: boolean;
}

/**
 * Writes pieces to a file, which appears when it is whole: until then they go to a file beside it, and if anything fails
 * nothing has changed. Returns the bytes written.
 * @throws FileExistsError, FileUnwritableError, CancelledError, what the pieces throw
 */
export async function writeToFile(
  pieces: AsyncIterable<string | Uint8Array>,
  path: string,
  terminal: Terminal,
  options: SinkOptions,
): Promise<number> {
  const file = resolve(terminal.cwd, path);
  if (!options.force && existsSync(file)) throw new FileExistsError(path);
  const temporary = `${file}.${process.pid}.partial`;
  try {
    const stream = createWriteStream(temporary, { flags: 'wx', highWaterMark: 1 << 20 });
    await send(pieces, stream, options.gzip, terminal.signal, true);
    await rename(temporary, file);
    return stream.bytesWritten;
  } catch (error) {
    await rm(temporary, { force: true });
    if (terminal.signal.aborted) throw new CancelledError('The export was stopped; no file was written.');
    if (error instanceof ArgonError) throw error;
    if (typeof (error as NodeJS.ErrnoException).syscall === 'string')
      throw new FileUnwritableError(path, error);
    throw error;
  }
}

/** Writes pieces to standard output. */
export async function writeToStdout(
  pieces: AsyncIterable<string | Uint8Array>,
  terminal: Terminal,
  gzip: boolean,
): Promise<void> {
  await send(pieces, terminal.stdout, gzip, terminal.signal, false);
}

async function send(
  pieces: AsyncIterable<string | Uint8Array>,
  to: Writable,
  gzip: boolean,
  signal: AbortSignal,
  end: boolean,
): Promise<void> {
  // Pieces are large; two of them waiting are enough.
  const from = Readable.from(pieces, { highWaterMark: 2 });
  if (gzip) await pipeline(from, createGzip(), to, { signal, end });
  else await pipeline(from, to, { signal, end });
}
