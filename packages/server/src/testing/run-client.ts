import { execFile } from 'node:child_process';
import type { Client } from '@argon/tools-clients';

export interface ClientResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a client to its end. */
export function runClient({ command, args, env }: Client, ...more: readonly string[]): Promise<ClientResult> {
  return new Promise((resolve) => {
    const options = {
      // Clients write down settings and history where the user lives; no test is to read or change those.
      env: { PATH: process.env['PATH'], HOME: process.env['TMPDIR'] ?? '/tmp', NODE_OPTIONS: '', ...env },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 120_000,
    };
    execFile(command, [...args, ...more], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}
