import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Load, Side, Totals } from '../sampling/everyday-load';
import { CHILD } from './ask';
import type { Place, Question, Reply } from './jobs/everyday-side';

/** A side that is a process of its own, as a program is: neither side's client makes the other's code slower. */
export class ChildSide implements Side {
  private constructor(private readonly child: ChildProcess) {}

  static async start(given: Place): Promise<ChildSide> {
    const child = fork(process.argv[1]!, [CHILD], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const side = new ChildSide(child);
    child.send({ name: 'everydaySide', given });
    await side.reply();
    return side;
  }

  async run(load: Load): Promise<number> {
    return (await this.ask({ load })) as number;
  }

  async totals(): Promise<Totals> {
    return (await this.ask({ totals: true })) as Totals;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.send({ end: true } satisfies Question);
    await ended;
  }

  private ask(question: Question): Promise<unknown> {
    this.child.send(question);
    return this.reply();
  }

  private async reply(): Promise<unknown> {
    const gone = new AbortController();
    const ended = once(this.child, 'exit', { signal: gone.signal }).then(([code]): Reply => {
      return { failure: `it ended with ${code}` };
    });
    ended.catch(() => undefined);
    const came = once(this.child, 'message', { signal: gone.signal }).then(([reply]) => reply as Reply);
    came.catch(() => undefined);
    try {
      const reply = await Promise.race([came, ended]);
      if ('failure' in reply) throw new Error(`In the process of a side: ${reply.failure}`);
      return reply.value;
    } finally {
      gone.abort();
    }
  }
}
