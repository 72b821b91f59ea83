import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Terminal } from '../../cli/terminal';
import { FileUnreadableError, readingFailed } from '../../errors/file-errors';
import { MalformedInputError } from '../errors';

/** Bytes to import, unpacked if they were gzipped, and how far they have been read. */
export interface ByteSource {
  /** How a person would call it: the path as given, or `standard input`. */
  readonly name: string;
  /** The file's name without folder and `.gz`; '' for a pipe. */
  readonly fileName: string;
  /** Bytes in the file, as it lies there; unknown for a pipe. */
  readonly size: number | undefined;
  /** Bytes of the file read so far. */
  bytesRead(): number;
  /** The first bytes, unpacked; they are part of `chunks` too. */
  readonly head: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
}

/** @throws FileNotFoundError, FileUnreadableError; while reading, MalformedInputError for damaged gzip data */
export async function openSource(path: string, terminal: Terminal): Promise<ByteSource> {
  const isPipe = path === '-';
  const name = isPipe ? 'standard input' : path;
  const file = resolve(terminal.cwd, path);
  const size = isPipe ? undefined : sizeOf(path, file);
  let bytes = 0;
  const raw = isPipe ? terminal.stdin : createReadStream(file, { highWaterMark: 1 << 18 });
  const counted = (async function* () {
    try {
      for await (const chunk of raw) {
        const buffer = Buffer.from(chunk as Uint8Array);
        bytes += buffer.length;
        yield buffer;
      }
    } catch (error) {
      throw readingFailed(path, error);
    }
  })();
  const packed = await peek(counted);
  const isGzip = packed.head[0] === 0x1f && packed.head[1] === 0x8b;
  const { head, chunks } = isGzip ? await peek(unpack(packed.chunks, name)) : packed;
  const fileName = isPipe ? '' : basename(path).replace(/\.gz$/i, '');
  return { name, fileName, size, bytesRead: () => bytes, head, chunks };
}

function sizeOf(path: string, file: string): number | undefined {
  try {
    const stat = statSync(file);
    if (stat.isDirectory()) {
      throw new FileUnreadableError(path, Object.assign(new Error('is a folder'), { code: 'EISDIR' }));
    }
    // A named pipe or a device has no size.
    return stat.isFile() ? stat.size : undefined;
  } catch (error) {
    throw readingFailed(path, error);
  }
}

async function* unpack(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw error;
    throw new MalformedInputError(
      name,
      { document: 1 },
      `its gzip data are damaged (${(error as Error).message})`,
      error,
    );
  } finally {
    source.destroy();
  }
}

/** Enough to tell a format by: more than one read gives may be needed from a pipe. */
const HEAD = 512;

async function peek(chunks: AsyncIterable<Buffer>): Promise<{ head: Buffer; chunks: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (head.length < HEAD && !ended) {
    const next = await iterator.next();
    if (next.done === true) ended = true;
    else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const all = (async function* () {
    try {
      if (head.length > 0) yield head;
      if (ended) return;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  })();
  return { head, chunks: all };
}
