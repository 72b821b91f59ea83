import { encodeDocument, type Doc, type DocumentLike } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import { Command } from '../../handler/command';
import { WalEngine } from '../../handler/engine';
import { partialMatcher } from '../../match/partial';
import type { Wire } from '../../match/testing/wire';

/** What answers commands: bytes in, bytes out. */
export interface Side {
  /** Asks one command after the other; all replies, in order. */
  ask(commands: readonly Doc[]): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

/** mongod, asked through a pipe: the commands are under way together and carried out in order. */
export async function mongodSide(wire: Wire, database: string): Promise<Side> {
  const ask = (commands: readonly Doc[]): Promise<Uint8Array[]> =>
    Promise.all(
      commands.map((command) => wire.send(encodeDocument(new Map([...command, ['$db', database]])))),
    );
  const drop = new Map([['dropDatabase', 1]]);
  await ask([drop]);
  return { ask, close: async () => void (await ask([drop])) };
}

/** An engine over a store in memory, asked as a server asks it. */
export async function argonSide(database: string): Promise<Side> {
  const store = await openStore('memory:');
  const materializer = new Materializer(store, { partialMatcher });
  const engine = new WalEngine(store, materializer);
  const context = { connectionId: 1, actor: NOBODY };
  return {
    ask: async (commands) => {
      const replies: Uint8Array[] = [];
      for (const command of commands) {
        const reply = await engine.handle(Command.from(command, database), context);
        replies.push(encodeDocument(reply as DocumentLike));
      }
      return replies;
    },
    close: async () => {
      await engine.close();
      await materializer.close();
      await store.close();
    },
  };
}
