import { decodeDocument, encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import { Command } from '../../handler/command';
import { WalEngine } from '../../handler/engine';
import { partialMatcher } from '../../match/partial';
import type { Ask } from './index-cases';

export interface InProcess {
  readonly ask: Ask;
  close(): Promise<void>;
}

/** An engine over a store in memory, asked as a server is. */
export async function inProcess(database: string): Promise<InProcess> {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer);
  return {
    ask: async (command): Promise<Doc> => {
      const reply = await engine.handle(Command.from(command, database), { connectionId: 1, actor: NOBODY });
      return decodeDocument(encodeDocument(reply as DocumentLike));
    },
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}
