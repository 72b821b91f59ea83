import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { UsageError } from '../errors/errors';
import type { CommandContext } from './context';
import type { OptionDefinition } from './definition';
import { isAnswered, Prompt } from './prompt';

export const PASSWORD_FILE: OptionDefinition = {
  flags: '--password-file <file>',
  description:
    'read the password from the first line of a file; - is standard input (default: it is asked for)',
};

/**
 * A new password: from a file, or typed twice. Never an argument, as those are seen by everybody on the machine.
 * @throws UsageError without either, for an empty one, and where the two differ; CancelledError after Ctrl-C
 */
export async function readPassword(context: CommandContext): Promise<string> {
  const { given, terminal } = context;
  const file = given.text('passwordFile');
  if (file !== undefined) {
    const content =
      file === '-' ? await text(terminal.stdin) : await contentOf(resolve(terminal.cwd, file), file);
    return checked(content.split(/\r?\n/, 1)[0]!);
  }
  if (!isAnswered(context)) {
    throw new UsageError('There is nobody to ask for the password here: give it with --password-file.');
  }
  const prompt = new Prompt(terminal);
  try {
    const password = checked((await prompt.askHidden('Password: ')) ?? '');
    if ((await prompt.askHidden('Again: ')) !== password) throw new UsageError('The two passwords differ.');
    return password;
  } finally {
    prompt.close();
  }
}

async function contentOf(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`--password-file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function checked(password: string): string {
  if (password === '') throw new UsageError('The password is empty.');
  return password;
}
