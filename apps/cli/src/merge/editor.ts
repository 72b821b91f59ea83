import type { DocumentQuestion } from '@argon/branch';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from '../cli/terminal';
import { documentText } from '../render/document';

/** The editor that the user has chosen; undefined: none. */
export function editorOf(env: Terminal['env']): string | undefined {
  return env['VISUAL']?.trim() || env['EDITOR']?.trim() || undefined;
}

/** Lets the user edit a document that clashes, as ours has it. @returns what was saved; undefined if the editor failed */
export async function edited(
  editor: string,
  { ours, theirs }: DocumentQuestion,
  { stdin, env }: Terminal,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-edit-'));
  try {
    const file = join(folder, 'document.json');
    await writeFile(file, `${documentText((ours ?? theirs)!, 'exact', 2)}\n`);
    const isScreen = stdin === (process.stdin as unknown);
    // The name of an editor may have options behind it, so that a shell reads it.
    const child = spawn(`${editor} "$ARGON_EDITED"`, {
      shell: true,
      stdio: isScreen ? 'inherit' : 'ignore',
      env: { ...env, ARGON_EDITED: file },
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0 ? await readFile(file, 'utf8') : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
