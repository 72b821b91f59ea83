import { decodeDocument, encodeDocument, Long, type Doc } from '@argon/bson';
import { Materializer } from '@argon/materializer';
import { NOBODY, openStore } from '@argon/wal';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Command } from '../handler/command';
import { WalEngine } from '../handler/engine';
import { newSession } from '../session/testing/two-servers';
import { SnapshotModel } from './testing/snapshot-model';

const PROCESSES = 2;
const SLOTS = 4;
const KEYS = 4;

const slot = fc.nat(SLOTS - 1);
const key = fc.nat(KEYS - 1);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), slot }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('put', 'delete'), slot, key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read' as const), slot }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('commit', 'abort', 'commit'), slot }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('plainPut', 'plainDelete'), slot, key }) },
);
type Step = { readonly kind: string; readonly slot: number; readonly key?: number };

/** Two processes in one, on one store: each has an engine of its own. */
async function play(steps: readonly Step[]): Promise<void> {
  const store = await openStore('memory:');
  const engines = Array.from({ length: PROCESSES }, () => new WalEngine(store, new Materializer(store)));
  const ask = async (process: number, command: Record<string, unknown>): Promise<Doc> => {
    const full = { ...command, $db: (command['$db'] as string | undefined) ?? 'bank' };
    const reply = await engines[process]!.handle(Command.from(full), {
      connectionId: 1,
      actor: NOBODY,
    });
    return decodeDocument(encodeDocument(reply as Doc));
  };
  const contents = (reply: Doc) => {
    const batch = (reply.get('cursor') as Doc).get('firstBatch') as Doc[];
    return new Map(batch.map((each) => [each.get('_id') as number, each.get('v') as number]));
  };
  const model = new SnapshotModel();
  const sessions = Array.from({ length: SLOTS }, () => ({ lsid: newSession(), n: 0 }));
  const processOf = (n: number) => n % PROCESSES;
  const within = (n: number, starts = false) => ({
    lsid: sessions[n]!.lsid,
    txnNumber: Long.fromNumber(sessions[n]!.n),
    autocommit: false,
    ...(starts ? { startTransaction: true } : {}),
  });
  const find = { find: 'accounts', sort: { _id: 1 } };
  let value = 0;
  const write = (kind: string, of: number) =>
    kind.endsWith('ut')
      ? { update: 'accounts', updates: [{ q: { _id: of }, u: { _id: of, v: ++value }, upsert: true }] }
      : { delete: 'accounts', deletes: [{ q: { _id: of }, limit: 1 }] };
  await ask(0, { create: 'accounts' });
  try {
    for (const { kind, slot: n, key: of = 0 } of steps) {
      const process = processOf(n);
      if (kind === 'begin') {
        if (model.isOpen(n)) continue;
        sessions[n]!.n += 1;
        model.begin(n, process);
        expect(contents(await ask(process, { ...find, ...within(n, true) }))).toEqual(model.seen(n));
      } else if (kind.startsWith('plain')) {
        if (model.isHeld(process, of)) continue;
        const isThere = model.committed.has(of);
        const reply = await ask(process, write(kind, of));
        expect(reply.has('errmsg')).toBe(false);
        if (kind === 'plainPut') model.apply(process, new Map([[of, value]]));
        else if (isThere) model.apply(process, new Map([[of, undefined]]));
      } else if (!model.isOpen(n)) {
        continue;
      } else if (kind === 'read') {
        expect(contents(await ask(process, { ...find, ...within(n) }))).toEqual(model.seen(n));
      } else if (kind === 'abort') {
        model.abort(n);
        const reply = await ask(process, { abortTransaction: 1, $db: 'admin', ...within(n) });
        expect(reply.has('errmsg')).toBe(false);
      } else if (kind === 'commit') {
        const isFine = model.commit(n);
        const reply = await ask(process, { commitTransaction: 1, $db: 'admin', ...within(n) });
        expect(reply.get('code')).toBe(isFine ? undefined : 112);
        if (!isFine) expect(reply.get('errorLabels')).toEqual(['TransientTransactionError']);
      } else {
        const isIdle = kind === 'delete' && !model.seen(n).has(of);
        const verdict = isIdle ? 'fine' : model.verdict(n, of);
        const reply = await ask(process, { ...write(kind, of), ...within(n) });
        const code = reply.get('code');
        if (verdict !== 'either') expect(code).toBe(verdict === 'conflict' ? 112 : undefined);
        if (code !== undefined) model.abort(n);
        else if (!isIdle) model.write(n, of, kind === 'put' ? value : undefined);
      }
      const committed = new Map([...model.committed].map(([id, { value: held }]) => [id, held]));
      expect(contents(await ask(1 - process, find))).toEqual(committed);
    }
  } finally {
    for (const engine of engines) await engine.close();
    await store.close();
  }
}

it('transactions of several processes are isolated as a naive model has it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => play(steps as Step[])),
    { numRuns: 150 },
  );
});
