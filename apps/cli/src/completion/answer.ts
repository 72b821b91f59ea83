import { write, type Terminal } from '../cli/terminal';
import { complete } from './complete';
import { namesIn } from './names';

/**
 * Answers a shell: a line `files` if it is to look for files itself, else `names`, and then a candidate on each line, with
 * a tab and what it is. Whoever presses Tab wants no errors: then there are no candidates.
 */
export async function answerShell(words: readonly string[], terminal: Terminal): Promise<void> {
  let lines: readonly string[] = ['names'];
  try {
    const found = await complete(words, (kind, line) => namesIn(terminal, kind, line));
    if (found === 'files') lines = ['files'];
    else {
      const shown = found.filter(({ value }) => !hasControls(value));
      lines = ['names', ...shown.map(({ value, description }) => `${value}\t${description}`)];
    }
  } catch {
    // No store here, no such project, a store that another process holds: there is nothing to offer.
  }
  await write(terminal.stdout, `${lines.join('\n')}\n`);
}

/** A name that a line of text cannot hold. */
function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
