import type { WalEngine } from '../handler/engine';
import { SESSION_LIFETIME } from '../session/sessions';

/** What a session did last, as the log tells. */
export interface RecordedNumber {
  readonly txnNumber: number;
  readonly isTransaction: boolean;
}

/** The newest number of a session in the logs of all branches that were written to within a session's lifetime. */
export async function recordedNumber(
  engine: WalEngine,
  sessionKey: string,
): Promise<RecordedNumber | undefined> {
  const { store } = engine;
  const since = Date.now() - SESSION_LIFETIME;
  let newest: RecordedNumber | undefined;
  for (const project of await store.projects()) {
    for (const branch of await store.branches(project.id)) {
      const head = await store.head(branch.id);
      if (head.timestamp < since) continue;
      const { records } = engine.writer(branch.id);
      await records.cover(head.lsn);
      const found = records.find(sessionKey);
      if (found === undefined || found.txnNumber <= (newest?.txnNumber ?? -1)) continue;
      const isTransaction = found.commits[0]?.note.kind === 'transaction';
      newest = { txnNumber: found.txnNumber, isTransaction };
    }
  }
  return newest;
}
