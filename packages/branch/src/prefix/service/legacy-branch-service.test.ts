import { sharedMongod } from '@argon/tools-mongod';
import { Double, Long, Timestamp, Decimal128 } from '@argon/bson';
import { NOBODY } from '@argon/wal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openIndexBuild } from '../../testing/index-build';
import { openPrefixStage, type PrefixStage } from '../testing/stage';
import { claim } from './claims';
import { copyBranch } from './copy/copy-branch';
import { LegacyBranchService } from './legacy-branch-service';

describe('branches of a legacy database', () => {
  let stage: PrefixStage;
  let service: LegacyBranchService;
  beforeEach(async () => {
    stage = await openPrefixStage((await sharedMongod()).uri);
    service = new LegacyBranchService(stage.directory);
  });
  afterEach(() => stage?.close());

  const names = async () =>
    (await stage.legacy.db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort();
  const create = (name: string, from = 'feature', watch = {}) =>
    service.create(stage.project, name, { from }, NOBODY, watch);
  const ok = async (command: Record<string, unknown>, branch?: string) => {
    const { reply, text } = await stage.branch(command, branch);
    if (Number(reply['ok']) !== 1 || 'writeErrors' in reply) throw new Error(text);
    return reply;
  };
  /** A time series does not keep the order of a document's fields. */
  const reading = ({ name, type }: { name: string; type: string }) =>
    type === 'timeseries'
      ? {
          aggregate: name,
          pipeline: [{ $replaceWith: { id: '$_id', t: '$t', m: '$m', v: '$v' } }],
          cursor: {},
        }
      : { find: name, batchSize: 1e6 };
  /** Everything of a branch, as its users see it. */
  const contents = async (branch: string) => {
    const listed = await stage.branch({ listCollections: 1 }, branch);
    const described = (
      JSON.parse(listed.text) as { cursor: { firstBatch: { name: string; type: string }[] } }
    ).cursor.firstBatch;
    const own = described
      .filter(({ name }) => !name.startsWith('system.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(
      own.map(async (each) => ({
        described: each,
        documents: (await stage.branch(reading(each), branch)).text,
        indexes: each.type === 'view' ? '' : (await stage.branch({ listIndexes: each.name }, branch)).text,
      })),
    );
  };

  const fill = async () => {
    await ok({
      create: 'users',
      validator: { $jsonSchema: { properties: { age: { bsonType: 'int', minimum: Long.fromNumber(0) } } } },
      validationLevel: 'moderate',
      validationAction: 'error',
      collation: { locale: 'de', strength: 2 },
    });
    await ok({
      createIndexes: 'users',
      indexes: [
        {
          key: { email: 1 },
          name: 'by_email',
          unique: true,
          partialFilterExpression: { email: { $exists: true } },
        },
        { key: { at: -1, 'a.b': 1 }, name: 'compound', expireAfterSeconds: undefined },
        {
          key: { text: 'text', other: 'text' },
          name: 'words',
          weights: { text: 5, other: 2 },
          default_language: 'german',
          collation: { locale: 'simple' },
        },
        { key: { place: '2dsphere' }, name: 'where', sparse: true },
        { key: { '$**': 1 }, name: 'wild', wildcardProjection: { email: 0 } },
        { key: { at: 1 }, name: 'ttl', expireAfterSeconds: 1_000_000_000, hidden: true },
      ].map((index) => JSON.parse(JSON.stringify(index)) as object),
    });
    await ok({
      insert: 'users',
      bypassDocumentValidation: true,
      documents: [
        {
          _id: 3,
          age: 'not an int',
          d: new Double(1),
          l: Long.fromNumber(1),
          t: new Timestamp({ t: 1, i: 2 }),
        },
        { _id: new Double(1), m: Decimal128.fromString('1.10'), email: 'a' },
        { _id: 2n, name: 'feature_users' },
      ],
    });
    await ok({ create: 'log', capped: true, size: 4096, max: 2 });
    await ok({ insert: 'log', documents: [{ _id: 1 }, { _id: 2 }, { _id: 3 }] });
    await ok({ create: 'weather', timeseries: { timeField: 't', metaField: 'm' } });
    await ok({ insert: 'weather', documents: [{ _id: 1, t: new Date(0), m: 1, v: new Double(2) }] });
    await ok({
      create: 'keyed',
      clusteredIndex: { key: { _id: 1 }, unique: true, name: 'k' },
      expireAfterSeconds: 1_000_000_000,
    });
    await ok({ insert: 'keyed', documents: [{ _id: 'b' }, { _id: 'a' }] });
    await ok({
      create: 'adults',
      viewOn: 'users',
      collation: { locale: 'de', strength: 2 },
      pipeline: [{ $lookup: { from: 'log', pipeline: [{ $unionWith: 'keyed' }], as: 'users' } }],
    });
    await ok({
      create: 'grown',
      viewOn: 'adults',
      collation: { locale: 'de', strength: 2 },
      pipeline: [{ $match: { name: { $ne: 'feature_users' } } }],
    });
    await ok({ create: 'empty' });
  };

  it('are copied with options, validators, indexes, documents and views', async () => {
    await fill();
    const before = await contents('feature');
    expect(before).toHaveLength(7);
    const counts: number[] = [];
    const made = await create('copy', 'feature', { progress: (n: number) => counts.push(n) });
    expect(made).toMatchObject({
      type: 'traditional',
      name: 'copy',
      project: stage.project,
      parent: 'feature',
      protected: false,
    });
    expect(await contents('copy')).toEqual(before);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(8);
    const views = await stage.legacy.db.listCollections({ type: 'view', name: /^copy_/ }).toArray();
    expect(JSON.stringify(views)).not.toContain('"feature_log"');
    await ok({ insert: 'users', documents: [{ _id: 'new' }] }, 'copy');
    await ok({ drop: 'log' }, 'copy');
    expect(await contents('feature')).toEqual(before);
    await service.delete(stage.project, 'copy', NOBODY);
    expect((await names()).filter((name) => name.includes('copy'))).toEqual([]);
    expect(await stage.legacy.db.collection('branches').countDocuments({ name: 'copy' })).toBe(0);
    expect(await contents('feature')).toEqual(before);
  });

  it('hold what there was when the copy began, whatever is written meanwhile', async () => {
    for (const collection of ['a', 'b']) {
      await ok({ insert: collection, documents: Array.from({ length: 100 }, (_, _id) => ({ _id, n: 0 })) });
    }
    const { directory, legacy: database } = stage;
    const held = await claim(directory, 'then', 'create');
    await ok({ update: 'b', updates: [{ q: {}, u: { $set: { n: 1 } }, multi: true }] });
    await ok({ insert: 'a', documents: [{ _id: 'late' }] });
    const { prefixes } = await directory.refresh();
    await copyBranch({ database, prefixes, from: 'feature', to: 'then', time: held.time, watch: undefined });
    await held.release();
    expect(await database.db.collection('then_a').countDocuments()).toBe(100);
    expect(await database.db.collection('then_b').countDocuments({ n: 0 })).toBe(100);
  });

  it('do not take along an index that is not built yet', async () => {
    const { client, db } = stage.legacy;
    const goOn = await openIndexBuild(client, db, 'feature_slow');
    try {
      await create('copy');
      const indexes = await db.collection('copy_slow').listIndexes().toArray();
      expect(indexes.map(({ name }) => name as string)).toEqual(['_id_']);
    } finally {
      await goOn();
    }
  });

  it('that are stopped or fail leave nothing behind', async () => {
    await ok({ insert: 'a', documents: Array.from({ length: 10 }, (_, _id) => ({ _id })) });
    await ok({ insert: 'b', documents: [{ _id: 1 }] });
    const before = await names();
    const controller = new AbortController();
    const progress = () => controller.abort(new Error('enough'));
    await expect(create('stopped', 'feature', { signal: controller.signal, progress })).rejects.toThrow(
      'enough',
    );
    const left = [...new Set([...before, 'argon_claims'])].sort();
    expect(await names()).toEqual(left);
    const progressFails = () => {
      throw new Error('no terminal');
    };
    await expect(create('failed', 'feature', { progress: progressFails })).rejects.toThrow('no terminal');
    expect(await names()).toEqual(left);
    expect(await stage.directory.claims.countDocuments()).toBe(0);
    await create('stopped');
    expect((await service.list(stage.project)).map(({ name }) => name)).toContain('stopped');
  });

  it('whose maker died are cleared away by the next, and by a sweep', async () => {
    await ok({ insert: 'a', documents: [{ _id: 1 }] });
    const long = new Date(Date.now() - 600_000);
    const dead = (name: string) =>
      stage.directory.claims.insertOne({
        _id: name,
        what: 'create',
        by: 'dead',
        since: long,
        seen: long,
        owned: true,
      });
    await dead('half');
    await stage.legacy.db.collection('half_rest').insertOne({});
    await create('half');
    expect((await names()).filter((name) => name.startsWith('half_'))).toEqual(['half_a']);
    await dead('other');
    await stage.legacy.db.collection('other_rest').insertOne({});
    await service.expire(stage.project, 'half', 1000, NOBODY);
    expect(await service.sweep(stage.project, NOBODY)).toEqual(['half']);
    expect((await names()).filter((name) => /^(half|other)_/.test(name))).toEqual([]);
    const now = new Date();
    await stage.directory.claims.insertOne({
      _id: 'live',
      what: 'create',
      by: 'other',
      since: now,
      seen: now,
    });
    await expect(create('live')).rejects.toMatchObject({ code: 'ARGON_BRANCH_BUSY' });
  });

  it('are not dropped by one whose claim another has taken over', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await ok({ insert: name, documents: [{ _id: 1 }] });
    const { claims } = stage.directory;
    let taking: Promise<unknown> | undefined;
    const progress = () => {
      taking ??= claims.updateOne({ _id: 'slow' }, { $set: { by: 'another' } });
    };
    await expect(create('slow', 'feature', { progress })).rejects.toMatchObject({
      code: 'ARGON_BRANCH_BUSY',
    });
    await taking;
    expect(await claims.findOne({ _id: 'slow' })).toMatchObject({ by: 'another' });
    expect((await names()).filter((name) => name.startsWith('slow_'))).toHaveLength(4);
    expect((await service.list(stage.project)).map(({ name }) => name)).not.toContain('slow');
  });

  it('that cannot be deleted now are finished off later', async () => {
    await ok({ insert: 'a', documents: [{ _id: 1 }] });
    await create('doomed');
    const { database, claims } = stage.directory;
    // A server that refuses to drop, once.
    const send = database.send.bind(database);
    const refuse = vi
      .spyOn(database, 'send')
      .mockImplementation((body, ...rest) =>
        Buffer.from(body).includes('drop\0') ? Promise.reject(new Error('no drop')) : send(body, ...rest),
      );
    await expect(service.delete(stage.project, 'doomed', NOBODY)).rejects.toThrow('no drop');
    refuse.mockRestore();
    expect((await stage.branch({ find: 'a' }, 'doomed')).reply).toMatchObject({ code: 26 });
    await expect(create('doomed')).rejects.toMatchObject({ code: 'ARGON_BRANCH_BUSY' });
    await claims.updateOne({ _id: 'doomed' }, { $set: { seen: new Date(0) } });
    await service.sweep(stage.project, NOBODY);
    expect((await names()).filter((name) => name.startsWith('doomed_'))).toEqual([]);
    await create('doomed');
  });

  it('are refused where names would be ambiguous', async () => {
    await ok({ insert: 'b_users', documents: [{ _id: 1 }] });
    await expect(create('feature_b', 'main')).rejects.toMatchObject({
      code: 'ARGON_BRANCH_PREFIX_TAKEN',
      data: { collections: ['feature_b_users'], owner: 'feature' },
    });
    await stage.legacy.db.collection('left_over').insertOne({});
    await expect(create('left')).rejects.toMatchObject({ code: 'ARGON_BRANCH_PREFIX_TAKEN' });
    const { reply } = await stage.branch({ insert: 'x_users', documents: [{ _id: 1 }] });
    expect(reply).toMatchObject({ code: 73, argonCode: 'ARGON_BRANCH_PREFIX_AMBIGUOUS' });
    expect(await names()).not.toContain('left_users');
  });

  it('are read from metadata as it is', async () => {
    const records = stage.legacy.db.collection<Record<string, unknown>>('branches');
    await records.insertMany([
      { name: 'text-date', created_at: '2024-05-01T00:00:00Z', extra: { kept: true } },
      { name: 'in-the-log', project_id: stage.project, use_wal: true },
      { project_id: stage.project },
      { name: 5 },
      { name: 'gone', status: 'deleted' },
    ]);
    const listed = await service.list(stage.project);
    expect(listed.map(({ name }) => name).sort()).toEqual([
      'feature',
      'feature-2',
      'feature_x',
      'main',
      'text-date',
    ]);
    expect(listed.find(({ name }) => name === 'text-date')?.createdAt).toBe(Date.UTC(2024, 4, 1));
    await service.protect(stage.project, 'text-date', true, NOBODY);
    expect(await records.findOne({ name: 'text-date' })).toMatchObject({
      extra: { kept: true },
      protected: true,
    });
    await expect(service.get(stage.project, 'in-the-log')).rejects.toMatchObject({
      code: 'ARGON_BRANCH_NOT_TRADITIONAL',
    });
    const { reply } = await stage.branch({ find: 'users' }, 'in-the-log');
    expect(reply).toMatchObject({ code: 115, argonCode: 'ARGON_BRANCH_NOT_TRADITIONAL' });
    await records.insertOne({ name: 'main', project_id: 'another' });
    await expect(service.list(stage.project)).rejects.toMatchObject({ code: 'ARGON_BRANCH_LEGACY_PROJECTS' });
  });
});
