import type { Doc, Value } from '@argon/bson';
import type { UpdateCase } from './random-case';
import type { WireClient } from './wire-client';

/** What became of an update statement: an error, or the document there is now. */
export type Verdict =
  | { readonly code: number; readonly message: string }
  | { readonly document: Doc | undefined; readonly modified: boolean; readonly inserted: boolean };

/** What mongod makes of a case. */
export async function mongodVerdict(
  client: WireClient,
  database: string,
  given: UpdateCase,
): Promise<Verdict> {
  const run = (command: Record<string, unknown>) => client.command({ ...command, $db: database });
  const fast = { writeConcern: { w: 1, j: false } };
  await run({ delete: 'c', deletes: [{ q: {}, limit: 0 }], ...fast });
  if (given.document !== undefined)
    await expectOk(run({ insert: 'c', documents: [given.document], ...fast }));
  const reply = await run({
    update: 'c',
    updates: [
      {
        q: given.filter,
        u: given.update,
        upsert: given.upsert,
        ...(given.arrayFilters === undefined ? {} : { arrayFilters: given.arrayFilters }),
      },
    ],
    ...fast,
  });
  const [failure] = (reply.get('writeErrors') ?? []) as Doc[];
  if (failure !== undefined)
    return { code: Number(failure.get('code')), message: String(failure.get('errmsg')) };
  if (Number(reply.get('ok')) !== 1)
    return { code: Number(reply.get('code')), message: String(reply.get('errmsg')) };
  const found = await expectOk(run({ find: 'c' }));
  const [document] = (found.get('cursor') as Doc).get('firstBatch') as Doc[];
  return { document, modified: reply.get('nModified') === 1, inserted: reply.has('upserted') };
}

async function expectOk(reply: Promise<Doc>): Promise<Doc> {
  const document = await reply;
  const errors = document.get('writeErrors') as Value[] | undefined;
  if (Number(document.get('ok')) !== 1 || errors !== undefined) {
    throw new Error(
      `mongod refused what a case starts from: ${String((errors?.[0] as Doc | undefined)?.get('errmsg'))}`,
    );
  }
  return document;
}
