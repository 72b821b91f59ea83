import { execFile } from 'node:child_process';

/** Whether `binary --version` answers as a mongod: present, executable, and its libraries are here. */
export async function runsHere(binary: string): Promise<boolean> {
  return (await mongodVersion(binary)) !== undefined;
}

/** The version that a mongod names itself, such as `6.0.5`, or undefined if it does not run. */
export function mongodVersion(binary: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(binary, ['--version'], { timeout: 30_000 }, (error, stdout) => {
      resolve(error ? undefined : /db version v(\S+)/.exec(stdout)?.[1]);
    });
  });
}
