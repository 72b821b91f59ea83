import type { AbstractCursor, ChangeStream } from 'mongodb';
import { operationTable } from './operation';

export type AnyCursor = Pick<AbstractCursor, 'next' | 'tryNext' | 'close'>;

/** Operations of a cursor or change stream. */
export const cursorOperations = operationTable<AnyCursor>({
  close: (cursor) => cursor.close(),
  iterateOnce: (cursor) => cursor.tryNext(),
  iterateUntilDocumentOrError: (cursor) => cursor.next(),
});

/** The driver's method that sends a cursor's first command, without reading what came; not in its types. */
interface Startable {
  cursorInit(): Promise<void>;
}

/** Cases expect a cursor to exist on the server once it was made; the driver makes it when it is first read. */
export async function opened<T extends AbstractCursor | ChangeStream>(cursor: T): Promise<T> {
  const inner = 'cursor' in cursor ? cursor.cursor : cursor;
  await (inner as Startable).cursorInit();
  return cursor;
}
