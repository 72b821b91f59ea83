import { openMongoStore } from '@argon/wal/mongodb';
import { encodeDocument } from '@argon/bson';
import { MongoClient } from 'mongodb';
const uri = process.env.URI ?? 'mongodb://127.0.0.1:27999/walm_bench?directConnection=true';
const raw = await new MongoClient(uri).connect();
await raw.db().dropDatabase();
const s = await openMongoStore(uri);
const actor = { user: 'u', app: 'a' };
const { project, branch } = await s.createProject({ name: 'shop', branchName: 'main', actor });
const plain = raw.db().collection('plain', { writeConcern: { w: 'majority', journal: true } });
await plain.insertOne({});
const ins = (i: number) => ({
  operation: 'insert' as const,
  collection: 'c',
  documentId: i,
  document: encodeDocument({ _id: i, name: 'city ' + i, lat: 1.5 * i, country: 'XX' }),
  prevLsn: 0,
  recordLsn: 0,
});
const med = (a: number[]) => {
  a.sort((x, y) => x - y);
  return a[a.length >> 1]!.toFixed(2);
};
let after = 2,
  n = 0;
for (let round = 0; round < 3; round++) {
  const A: number[] = [],
    B: number[] = [];
  for (let i = 0; i < 200; i++) {
    let b = performance.now();
    const r = await s.append({ branchId: branch.id, after, commits: [{ actor, entries: [ins(n++)] }] });
    A.push(performance.now() - b);
    after = (r as any).commits[0].lsn;
    b = performance.now();
    await plain.insertOne({ name: 'city ' + i, lat: 1.5 * i, country: 'XX' });
    B.push(performance.now() - b);
  }
  console.log('serial append', med(A), 'plain insert', med(B));
  // 32-way: engine groups; 32 ops per group
  let b = performance.now();
  let ops = 0;
  while (performance.now() - b < 2000) {
    const r = await s.append({
      branchId: branch.id,
      after,
      commits: Array.from({ length: 32 }, () => ({ actor, entries: [ins(n++)] })),
    });
    after = (r as any).commits.at(-1).lsn;
    ops += 32;
  }
  const g = ops / ((performance.now() - b) / 1000);
  b = performance.now();
  ops = 0;
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() - b < 2000) {
        await plain.insertOne({ name: 'city', lat: 1.5, country: 'XX' });
        ops++;
      }
    }),
  );
  const p = ops / ((performance.now() - b) / 1000);
  console.log('32-way grouped appends/s', g.toFixed(0), 'plain inserts/s', p.toFixed(0));
  const C: number[] = [];
  for (let i = 0; i < 60; i++) {
    const b = performance.now();
    await s.createBranch({
      projectId: project.id,
      name: `b${round}-${i}`,
      parentId: branch.id,
      baseLsn: after,
      actor,
    });
    C.push(performance.now() - b);
  }
  console.log('branch creation', med(C));
  const H: number[] = [],
    F: number[] = [];
  for (let i = 0; i < 200; i++) {
    let b = performance.now();
    await s.head(branch.id);
    H.push(performance.now() - b);
    b = performance.now();
    await plain.findOne({});
    F.push(performance.now() - b);
  }
  console.log('head', med(H), 'plain findOne', med(F));
}
// separate branches concurrently
const heads = await Promise.all(
  Array.from({ length: 32 }, async (_, i) => ({
    b: (
      await s.createBranch({
        projectId: project.id,
        name: `p${i}`,
        parentId: branch.id,
        baseLsn: after,
        actor,
      })
    ).id,
  })),
);
let b = performance.now(),
  ops = 0;
await Promise.all(
  heads.map(async (h) => {
    let a = after;
    while (performance.now() - b < 2000) {
      const r = await s.append({ branchId: h.b, after: a, commits: [{ actor, entries: [ins(n++)] }] });
      a = (r as any).commits[0].lsn;
      ops++;
    }
  }),
);
console.log('32 branches appends/s', (ops / ((performance.now() - b) / 1000)).toFixed(0));
await s.close();
await raw.db().dropDatabase();
await raw.close();
