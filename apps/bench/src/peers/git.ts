import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { person } from '../documents/person';

const run = promisify(execFile);

/** The git on the PATH, as a database with one JSON file per document. */
export interface GitPeer {
  readonly version: string;
  /** A repository in a new folder whose first commit holds the first `size` people. */
  repository(folder: string, size: number): Promise<GitRepository>;
}

export interface GitRepository {
  /** Writes a person's file anew, with these visits. */
  write(index: number, visits: number): Promise<void>;
  /** Runs a git command in the repository. Its start as a process is part of what it takes. */
  git(...words: string[]): Promise<string>;
}

/** More documents than this make git's file per document a measurement of the file system. */
export const GIT_MOST = 10_000;

/** Nothing of the user's own settings. */
const SETTINGS = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.org',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.org',
};

/** @returns undefined if there is no git on the PATH */
export async function gitPeer(): Promise<GitPeer | undefined> {
  const version = await run('git', ['--version']).then(
    ({ stdout }) => /\d+(\.\d+)+/.exec(stdout)?.[0],
    () => undefined,
  );
  if (version === undefined) return undefined;
  return { version, repository };
}

async function repository(folder: string, size: number): Promise<GitRepository> {
  const env = { ...process.env, ...SETTINGS };
  const git = async (...words: string[]): Promise<string> => {
    const { stdout } = await run('git', ['-c', 'gc.auto=0', ...words], {
      cwd: folder,
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  };
  const write = (index: number, visits: number): Promise<void> =>
    writeFile(join(folder, pathOf(index)), `${JSON.stringify({ ...person(index), visits }, undefined, 1)}\n`);
  await mkdir(folder, { recursive: true });
  for (let part = 0; part < Math.ceil(size / 100); part++) await mkdir(join(folder, String(part)));
  for (let index = 0; index < size; index++) await write(index, 0);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=people');
  return { write, git };
}

/** A hundred files to a folder, so that git need not write one tree of everything for each change. */
function pathOf(index: number): string {
  return join(String(Math.floor(index / 100)), `${index}.json`);
}
