import type { SingleBar } from 'cli-progress';
import type { Ora } from 'ora';
import type { Terminal } from '../cli/terminal';
import { count } from './numbers';

/** How far long work has come. */
export interface Step {
  readonly documents: number;
  /** Bytes of the source read so far, where there are bytes to count. */
  readonly bytes?: number;
  /** What is shown instead of the rate, where the end is not known. */
  readonly state?: string;
}

export interface Progress {
  update(step: Step): void;
  /** Takes the bar away. */
  stop(): void;
}

export interface ProgressOptions {
  readonly title: string;
  /** What `bytes` (or, if that is not counted, `documents`) will be at the end; unknown for a pipe. */
  readonly total: number | undefined;
  readonly unit: 'bytes' | 'documents';
  /** What is counted as documents, if they are none: `entries`. */
  readonly noun?: string;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/** A bar where the end is known, a spinner where not; on stderr, and only on a terminal. */
export async function startProgress(
  terminal: Terminal,
  options: ProgressOptions,
  visible = true,
): Promise<Progress> {
  const { isTTY, columns } = terminal.stderr;
  // A terminal that does not know its size says 0, in which nothing can be drawn.
  if (!visible || isTTY !== true || columns === 0 || terminal.env['TERM'] === 'dumb') return SILENT;
  return options.total === undefined ? spinner(terminal, options) : bar(terminal, options, options.total);
}

async function bar(terminal: Terminal, options: ProgressOptions, total: number): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const started = performance.now();
  const line: SingleBar = new cliProgress.SingleBar({
    format: '{title} {bar} {percentage}% · {documents} {noun} · {rate}/s · {left} left',
    stream: terminal.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 8,
  });
  line.start(Math.max(1, total), 0, {
    title: options.title,
    noun: options.noun ?? 'documents',
    documents: '0',
    rate: '…',
    left: '…',
  });
  return {
    update: ({ documents, bytes }) => {
      const done = options.unit === 'bytes' ? (bytes ?? 0) : documents;
      const seconds = (performance.now() - started) / 1000;
      line.update(Math.min(done, total), {
        documents: count(documents),
        rate: count(Math.round(documents / Math.max(seconds, 0.001))),
        left: timeLeft(done, total, seconds),
      });
    },
    stop: () => line.stop(),
  };
}

function timeLeft(done: number, total: number, seconds: number): string {
  if (done === 0 || seconds < 0.3) return '…';
  const left = Math.max(0, (seconds * (total - done)) / done);
  return left < 90 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`;
}

async function spinner(terminal: Terminal, options: ProgressOptions): Promise<Progress> {
  const { default: ora } = await import('ora');
  const started = performance.now();
  const line: Ora = ora({
    text: options.title,
    stream: terminal.stderr as NodeJS.WritableStream,
    discardStdin: false,
  }).start();
  return {
    update: ({ documents, state }) => {
      const rate = documents / Math.max((performance.now() - started) / 1000, 0.001);
      const how = state ?? `${count(Math.round(rate))}/s`;
      line.text = `${options.title} · ${count(documents)} ${options.noun ?? 'documents'} · ${how}`;
    },
    stop: () => void line.stop(),
  };
}
