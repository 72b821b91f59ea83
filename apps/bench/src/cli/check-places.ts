import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchUsageError } from './usage-error';

/** Where a run is to leave something. */
export interface Places {
  readonly json?: string;
  readonly html?: string;
  readonly folder?: string;
}

/**
 * Looks, before hours are spent on measuring, whether stores can be made and reports written where they are to be.
 * @throws BenchUsageError
 */
export async function checkPlaces({ json, html, folder }: Places): Promise<void> {
  if (folder !== undefined) await checkFolder(`--folder ${folder}`, folder);
  if (json !== undefined) await checkFile(`--json ${json}`, json);
  if (html !== undefined) await checkFile(`--html ${html}`, html);
}

async function checkFile(option: string, file: string): Promise<void> {
  const kind = await kindOf(file);
  if (kind === 'folder')
    throw new BenchUsageError(`${option}: that is a folder, and a file is to be written.`);
  if (kind === 'none') await checkFolder(option, dirname(file));
  else await checkWritable(option, file);
}

async function checkFolder(option: string, folder: string): Promise<void> {
  const kind = await kindOf(folder);
  if (kind === 'none') throw new BenchUsageError(`${option}: there is no folder ${folder}. Make it first.`);
  if (kind === 'other') throw new BenchUsageError(`${option}: ${folder} is no folder.`);
  await checkWritable(option, folder);
}

async function checkWritable(option: string, path: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    throw new BenchUsageError(
      `${option}: ${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

async function kindOf(path: string): Promise<'folder' | 'other' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none';
    throw new BenchUsageError(`${path} cannot be looked at (${code}).`);
  }
}
