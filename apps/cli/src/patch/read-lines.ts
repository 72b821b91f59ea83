import { createReadStream } from 'node:fs';
import { CancelledError } from '../errors/errors';
import { readingFailed } from '../errors/file-errors';

/**
 * The lines of a text file, without their ends; memory is bounded by the longest one.
 * @throws FileNotFoundError, FileUnreadableError; CancelledError after Ctrl-C
 */
export async function* fileLines(path: string, signal: AbortSignal): AsyncGenerator<string> {
  let rest: string[] = [];
  const chunks = createReadStream(path, { encoding: 'utf8' });
  try {
    for await (const chunk of chunks as AsyncIterable<string>) {
      if (signal.aborted) throw new CancelledError('Stopped; nothing was written.');
      const lines = chunk.split('\n');
      if (lines.length > 1) {
        yield rest.join('') + lines[0]!;
        yield* lines.slice(1, -1);
        rest = [];
      }
      rest.push(lines.at(-1)!);
    }
  } catch (error) {
    throw readingFailed(path, error);
  } finally {
    chunks.destroy();
  }
  yield rest.join('');
}
