import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { SERVE, type MemoryAnswer, type WhereAnswer } from '../child/served-by';

/** `argon serve` in a process of its own. */
export class ServedStore {
  private constructor(
    private readonly child: ChildProcess,
    readonly uri: string,
  ) {}

  static async start(address: string): Promise<ServedStore> {
    const child = fork(process.argv[1]!, [SERVE], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: ['--expose-gc'],
    });
    child.send({ address });
    const { uri } = await answerOf<WhereAnswer>(child, 'uri');
    return new ServedStore(child, uri);
  }

  memory(): Promise<MemoryAnswer> {
    this.child.send('memory');
    return answerOf<MemoryAnswer>(this.child, 'heapBytes');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.send('end');
    await ended;
  }
}

/** The next answer that has this field. */
function answerOf<T extends object>(child: ChildProcess, field: keyof T): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      child.off('message', heard);
      child.off('exit', ended);
      finish();
    };
    const heard = (message: unknown) => {
      if (field in (message as T)) settle(() => resolve(message as T));
    };
    const ended = (code: number | null) => settle(() => reject(new Error(`The server ended with ${code}.`)));
    child.on('message', heard);
    child.on('exit', ended);
  });
}
