import { encodeDocument, idKey, ObjectId, decodeDocument } from '@argon/bson';
import { MemoryStore } from '@argon/wal/memory';
import { NOBODY, type DraftEntry } from '@argon/wal';
import { Materializer } from './src/materializer';
import { ResidentBranchState } from './src/state/branch-state';
import { Binary } from '@argon/bson';
const cpu = () => process.cpuUsage().user / 1e3;
const N = 150_000;
const kindOf = process.argv[2] ?? 'oid';
const mk = (i: number) => kindOf === 'oid' ? new ObjectId() : kindOf === 'int' ? i : kindOf === 'str' ? 'city-' + (Math.imul(i, 2654435761) >>> 0).toString(36) : new Binary(crypto.getRandomValues(new Uint8Array(16)), 4);
const doc = (id: any, i: number) => encodeDocument({ _id: id, name: 'City number ' + i, country: 'XX', lat: 1.5 + i, lng: 2.5, population: i });
const create: any = { lsn: 3, operation: 'create_collection', collection: 'c', documentId: null, document: encodeDocument({ uuid: new Binary(new Uint8Array(16), 4), type: 'collection', options: {} }), prevLsn: 0, recordLsn: 0 };
const entries: any[] = [];
for (let i = 0; i < N; i++) { const id = mk(i); entries.push({ lsn: 4 + i, operation: 'insert', collection: 'c', documentId: id, document: null as any, prevLsn: 0, recordLsn: 4 + i }); }
const keys = entries.map((e) => idKey(e.documentId));
for (let r = 0; r < 4; r++) {
  let t = cpu();
  let s = ResidentBranchState.empty(2, 2, 0).advance([create], { lsn: 3, timestamp: 0 });
  for (let i = 0; i < N; i += 1000) s = s.advance(entries.slice(i, i + 1000), { lsn: 4 + Math.min(N, i + 1000) - 1, timestamp: 0 });
  const bulk = cpu() - t;
  t = cpu(); let x = 0; for (const e of entries) x += idKey(e.documentId).length; const idk = cpu() - t;
  const c = s.collections.get('c')!;
  t = cpu(); for (const k of keys) c.byId(k); const get = cpu() - t;
  t = cpu(); let h = s; const M = 20000;
  for (let i = 0; i < M; i++) h = h.advance([{ lsn: N + 10 + i, operation: 'insert', collection: 'c', documentId: mk(N + i), document: null, prevLsn: 0, recordLsn: N + 10 + i } as any], { lsn: N + 10 + i, timestamp: 0 });
  const ins = (cpu() - t) / M * 1e3;
  t = cpu(); h = s;
  for (let i = 0; i < M; i++) { const e = entries[(i * 7919) % N]; h = h.advance([{ lsn: N + 10 + i, operation: 'update', collection: 'c', documentId: e.documentId, document: null, prevLsn: e.lsn, recordLsn: e.lsn } as any], { lsn: N + 10 + i, timestamp: 0 }); }
  const upd = (cpu() - t) / M * 1e3;
  t = cpu(); h = s;
  for (let i = 0; i < M; i++) { const e = entries[(i * 7919) % N]; h = h.advance([{ lsn: N + 10 + i, operation: 'delete', collection: 'c', documentId: e.documentId, document: null, prevLsn: e.lsn, recordLsn: e.lsn } as any], { lsn: N + 10 + i, timestamp: 0 }); }
  const del = (cpu() - t) / M * 1e3;
  t = cpu(); let n = 0; const sc = c.scan(); for (let b = sc.next(); b; b = sc.next()) n += b.length; const scan = cpu() - t;
  console.log(kindOf, `bulk ${(N / bulk).toFixed(0)}k/s  idKey ${(idk / N * 1e3).toFixed(2)}us byId ${(get / N * 1e3).toFixed(2)}us single insert ${ins.toFixed(2)} update ${upd.toFixed(2)} delete ${del.toFixed(2)} us scan ${scan.toFixed(1)}ms`);
}
const gc = (globalThis as any).gc; gc?.(); gc?.();
const before = process.memoryUsage().heapUsed;
let s = ResidentBranchState.empty(2, 2, 0).advance([create], { lsn: 3, timestamp: 0 });
for (let i = 0; i < N; i += 1000) s = s.advance(entries.slice(i, i + 1000), { lsn: 4 + Math.min(N, i + 1000) - 1, timestamp: 0 });
gc?.(); gc?.();
console.log('bytes per record', ((process.memoryUsage().heapUsed - before) / N).toFixed(1), s.collections.size);
