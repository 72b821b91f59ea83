import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The first executable `mongod` on the PATH. */
export async function mongodOnPath(path = process.env['PATH'] ?? ''): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue;
    const binary = join(folder, name);
    if (await isExecutable(binary)) return binary;
  }
  return undefined;
}

export function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
