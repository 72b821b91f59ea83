import { startProcess, type RunResult } from '../run';

/** A command that was started with `&`. */
interface Job {
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly done: Promise<RunResult>;
}

/** What a guide runs beside what it types next. */
export class Jobs {
  readonly #jobs: Job[] = [];
  readonly #running = new Set<Job>();

  get isAnyRunning(): boolean {
    return this.#running.size > 0;
  }

  /** @returns what the shell says of it */
  start(argv: readonly string[], options: { cwd: string; env: Readonly<Record<string, string>> }): string {
    const { child, done } = startProcess(argv, options);
    const job: Job = { kill: (signal) => void child.kill(signal), done };
    this.#jobs.push(job);
    this.#running.add(job);
    void done.then(() => this.#running.delete(job));
    return `[${this.#jobs.length}] ${child.pid}`;
  }

  /** `kill %1`, `kill -9 %1`; it is gone then. */
  async kill(words: readonly string[]): Promise<void> {
    const signal = words.length > 1 ? words[0]!.slice(1) : 'TERM';
    const job = this.#named(words.at(-1)!);
    job.kill(signal === '9' ? 'SIGKILL' : (`SIG${signal}` as NodeJS.Signals));
    if (signal !== 'INT') await job.done;
  }

  /** What it has printed when it ends. */
  async wait(name: string): Promise<RunResult> {
    return this.#named(name).done;
  }

  async remove(): Promise<void> {
    for (const job of this.#running) {
      job.kill('SIGKILL');
      await job.done;
    }
  }

  #named(name: string): Job {
    const job = this.#jobs[Number(/^%(\d+)$/.exec(name)?.[1]) - 1];
    if (job === undefined) throw new Error(`There is no job '${name}'.`);
    return job;
  }
}
