import { decodeDocument, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import { Command } from '../../handler/command';
import { WalEngine } from '../../handler/engine';
import { keySources } from '../../view/key-sources';
import type { Ask } from './index-cases';

export interface InProcess {
  readonly ask: Ask;
  /** The same, of another database: a moment or a branch. */
  askIn(database: string): Ask;
  /** The LSN at which the database's main branch stands. */
  lsn(): Promise<number>;
  close(): Promise<void>;
}

/** An engine over a store in memory, asked as a server is. */
export async function inProcess(database: string): Promise<InProcess> {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, keySources);
  const engine = new WalEngine(store, materializer);
  const askIn =
    (address: string): Ask =>
    async (command): Promise<Doc> => {
      const reply = await engine.handle(Command.from(command, address), { connectionId: 1, actor: NOBODY });
      return decodeDocument(encodeDocument(reply as DocumentLike));
    };
  return {
    ask: askIn(database),
    askIn,
    lsn: async () => {
      const project = await store.project(database);
      const branch = await store.branch(project!.id, 'main');
      return (await store.head(branch!.id)).lsn;
    },
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}
