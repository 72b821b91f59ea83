import { ArgonError } from '@argon/bson';
import { write, type Terminal } from '../cli/terminal';
import type { Colours } from '../render/colours';
import { hintOf } from './hints';

/** The code of errors that are nobody's in particular: a bug here or beneath. */
const UNEXPECTED = 'ARGON_CLI_UNEXPECTED';

export interface ReportStyle {
  readonly json: boolean;
  readonly colours: Colours;
}

/**
 * Tells of an error on stderr: `error: …`, then `hint: …` if there is something to try. As JSON:
 * `{"error": {"code", "message", "data", "hint"?}}`, on one line.
 */
export async function reportError(terminal: Terminal, error: unknown, style: ReportStyle): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof ArgonError ? error.code : UNEXPECTED;
  const hint = hintOf(error);
  const data = error instanceof ArgonError ? error.data : {};
  if (style.json) {
    const body = { code, message, data, ...(hint === undefined ? {} : { hint }) };
    await write(terminal.stderr, `${JSON.stringify({ error: body })}\n`);
    return;
  }
  const { red, dim, cyan } = style.colours;
  // The code stands at the end of the first line, where an excerpt below it does not hide it.
  const [first = '', ...rest] = message.split('\n');
  const lines = [`${red('error:')} ${first} ${dim(`[${code}]`)}`, ...rest];
  if (hint !== undefined) lines.push(`${cyan('hint:')} ${hint}`);
  if (code === UNEXPECTED && error instanceof Error && terminal.env['ARGON_DEBUG'])
    lines.push(error.stack ?? '');
  else if (code === UNEXPECTED) lines.push(`${cyan('hint:')} set ARGON_DEBUG=1 to see where it comes from`);
  await write(terminal.stderr, `${lines.join('\n')}\n`);
}
