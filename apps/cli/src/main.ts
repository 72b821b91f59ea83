#!/usr/bin/env node
import { runCli } from './cli/run-cli';

/** Ctrl-C once stops cleanly; twice ends at once. */
const interruption = new AbortController();
process.on('SIGINT', () => {
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
});
process.on('SIGTERM', () => interruption.abort());

// Errors of the streams come to those who write; without a listener Node would end the process first.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

const code = await runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  signal: interruption.signal,
});
// Not process.exitCode: an open stdin, or a lock that is still waited for, would keep the process.
process.exit(code);
