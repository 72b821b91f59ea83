import type { Watch } from '@argon/branch';
import { startProgress } from '../render/progress';
import type { CommandContext } from './context';

/** Lets long work be seen and be stopped by Ctrl-C; takes the spinner away when it ends. */
export async function watched<T>(
  { terminal, output }: CommandContext,
  title: string,
  work: (watch: Watch) => Promise<T>,
): Promise<T> {
  const line = await startProgress(terminal, { title, total: undefined, unit: 'documents' }, !output.json);
  let documents = 0;
  const progress = (more: number) => {
    documents += more;
    line.update({ documents });
  };
  try {
    return await work({ signal: terminal.signal, progress });
  } finally {
    line.stop();
  }
}
