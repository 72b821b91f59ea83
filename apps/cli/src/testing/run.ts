import { builtProgram } from '@argon/tools-programs';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runCli } from '../cli/run-cli';

export interface RunOptions {
  readonly stdin?: string | Uint8Array | Readable;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as it came. */
  readonly bytes: Buffer;
  /** Standard output, parsed. */
  json(): any;
}

/** A folder of the test's own, and the command line run in it. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  /** Runs a command line in this process. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** As `run`, and fails unless it ends with 0. */
  ok(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  remove(): Promise<void>;
}

/** @param store the store that commands use; none: they look for a folder */
export async function makeWorkspace(store?: string): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'argon-cli-'));
  const run = (argv: readonly string[], options: RunOptions = {}) =>
    runHere(argv, {
      cwd: folder,
      ...options,
      env: { ...(store === undefined ? {} : { ARGON_STORE: store }), ...options.env },
    });
  return {
    folder,
    path: (name) => join(folder, name),
    run,
    ok: async (argv, options) => {
      const result = await run(argv, options);
      if (result.code !== 0) throw new Error(`argon ${argv.join(' ')} → ${result.code}: ${result.stderr}`);
      return result;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runHere(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const stdout = new Capture();
  const stderr = new Capture();
  const { stdin = '' } = options;
  const code = await runCli(argv, {
    stdin: stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin as string)]),
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    signal: options.signal ?? new AbortController().signal,
  });
  return result(code, stdout.bytes, stderr.bytes);
}

function result(code: number, stdout: Buffer, stderr: Buffer): RunResult {
  const text = stdout.toString('utf8');
  return { code, stdout: text, stderr: stderr.toString('utf8'), bytes: stdout, json: () => JSON.parse(text) };
}

class Capture extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(Buffer.from(chunk));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

const MAIN = new URL('../main.ts', import.meta.url);
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** What to run for a command line, from any folder. */
export function argonCommand(argv: readonly string[]): readonly string[] {
  return [process.execPath, builtProgram(MAIN), ...argv];
}

/** Starts the command as a process of its own; `shell` is put before it (`ulimit -f 100;`). */
export function startProcess(
  argv: readonly string[],
  options: RunOptions & { shell?: string; keepStdin?: boolean } = {},
) {
  const command = argonCommand(argv);
  const child = spawn('bash', ['-c', `${options.shell ?? ''} exec "$@"`, 'bash', ...command], {
    cwd: options.cwd ?? PACKAGE,
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
  });
  const done = (async (): Promise<RunResult> => {
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? -1)));
    return result(code, Buffer.concat(out), Buffer.concat(err));
  })();
  if (options.stdin instanceof Readable) options.stdin.pipe(child.stdin);
  else if (options.keepStdin !== true) child.stdin.end(options.stdin ?? '');
  return { child, done };
}
