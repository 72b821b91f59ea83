import { BSONSymbol, encodeDocument, RawDocument, UUID, type Doc, type Value } from '@argon/bson';
import { Command } from '@argon/engine';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BranchNames } from '../names/branch-names';
import { Prefixes } from '../names/prefixes';
import { rewriteCommand } from './command-rules';
import { rewritePipeline } from './pipeline';

const names = new BranchNames(
  'feature',
  new Prefixes(['main', 'feature', 'feature_x']),
  'shop~feature',
  'legacy',
);

/** Something in which names occur, written with the names that `name` makes of them. */
type Written<T extends Value> = (name: (collection: string) => string, database: string) => T;

const COLLECTIONS = [
  'users',
  'orders',
  'feature_users',
  'main_users',
  'legacy',
  'a.b',
  'from',
  'x y',
  'größe',
];
const collection = fc.constantFrom(...COLLECTIONS);
/** What looks like a name wherever it stands. */
const text = fc.oneof(
  collection,
  collection.map((name) => `feature_${name}`),
  collection.map((name) => `legacy.feature_${name}`),
  fc.string(),
);
const field = fc.constantFrom('from', 'coll', 'into', 'pipeline', 'ns', 'users', 'viewOn', '$db', 'a');

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(field, tie('value')), { maxLength: 3 }).map((fields) => new Map(fields)),
  ),
})).value;
const document = fc.array(fc.tuple(field, value), { maxLength: 3 }).map((fields): Doc => new Map(fields));

const doc = (fields: Readonly<Record<string, Value>>): Doc => new Map(Object.entries(fields));

const pipeline = fc.letrec<{ stage: Written<Doc>; pipeline: Written<Value[]> }>((tie) => {
  const named = (stage: string, rest: fc.Arbitrary<Written<Doc>>) =>
    rest.map(
      (write): Written<Doc> =>
        (name, database) =>
          doc({ [stage]: write(name, database) }),
    );
  const fieldsOf = (key: string) =>
    fc
      .tuple(collection, document, fc.option(tie('pipeline'), { nil: undefined }))
      .map(([target, other, inner]): Written<Doc> => (name, database) => {
        const fields = doc({ [key]: name(target), as: 'users', let: other });
        if (inner !== undefined) fields.set('pipeline', inner(name, database));
        return fields;
      });
  const target = collection.map(
    (coll): Written<Doc> =>
      (name, database) =>
        doc({ db: database, coll: name(coll) }),
  );
  return {
    stage: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(fc.constantFrom('$match', '$project', '$set', '$group', '$sort'), document).map(
        ([stage, fields]): Written<Doc> =>
          () =>
            doc({ [stage]: fields }),
      ),
      collection.map(
        (coll): Written<Doc> =>
          (name) =>
            doc({ $unionWith: name(coll) }),
      ),
      collection.map(
        (coll): Written<Doc> =>
          (name) =>
            doc({ $out: name(coll) }),
      ),
      named('$out', target),
      target.map(
        (write): Written<Doc> =>
          (name, database) =>
            doc({ $merge: doc({ into: write(name, database), on: 'users' }) }),
      ),
      collection.map(
        (into): Written<Doc> =>
          (name) =>
            doc({ $merge: doc({ into: name(into), let: doc({ into: 'users' }) }) }),
      ),
      collection.map(
        (from): Written<Doc> =>
          (name) =>
            doc({ $graphLookup: doc({ from: name(from), startWith: '$from', as: 'coll' }) }),
      ),
      named('$lookup', fieldsOf('from')),
      named('$unionWith', fieldsOf('coll')),
      fc.tuple(field, tie('pipeline')).map(
        ([facet, inner]): Written<Doc> =>
          (name, database) =>
            doc({ $facet: doc({ [facet]: inner(name, database) }) }),
      ),
    ),
    pipeline: fc.array(tie('stage'), { maxLength: 4 }).map(
      (stages): Written<Value[]> =>
        (name, database) =>
          stages.map((stage) => stage(name, database)),
    ),
  };
}).pipeline;

const asUsers = (name: string) => name;
const asStored = (name: string) => `feature_${name}`;
const bytesOf = (value: Value) => Buffer.from(encodeDocument(doc({ value }))).toString('hex');

describe('names in pipelines', () => {
  it('are turned wherever they stand, back again, and nothing else is', () => {
    fc.assert(
      fc.property(pipeline, (write) => {
        const users = write(asUsers, 'shop~feature');
        const stored = write(asStored, 'legacy');
        expect(bytesOf(rewritePipeline(users, names.toStored))).toBe(bytesOf(stored));
        expect(bytesOf(rewritePipeline(stored, names.toShown))).toBe(bytesOf(users));
      }),
    );
  });
});

/** Commands with a collection and values; whole commands in users' names and in stored ones. */
const command: fc.Arbitrary<Written<Doc>> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'find',
        'count',
        'distinct',
        'findAndModify',
        'drop',
        'listIndexes',
        'validate',
        'collStats',
      ),
      collection,
      document,
    )
    .map(
      ([command, target, filter]): Written<Doc> =>
        (name, database) =>
          doc({ [command]: name(target), filter, query: filter, comment: 'users', $db: database }),
    ),
  fc
    .tuple(
      fc.constantFrom('insert', 'update', 'delete'),
      collection,
      fc.array(document, { minLength: 1, maxLength: 3 }),
    )
    .map(
      ([command, target, documents]): Written<Doc> =>
        (name, database) =>
          doc({
            [command]: name(target),
            let: documents[0]!,
            $db: database,
            documents,
            updates: documents,
            deletes: documents,
          }),
    ),
  fc.tuple(collection, pipeline, document).map(
    ([target, write, variables]): Written<Doc> =>
      (name, database) =>
        doc({ aggregate: name(target), pipeline: write(name, database), let: variables, $db: database }),
  ),
  fc.tuple(fc.constantFrom('create', 'collMod'), collection, collection, pipeline, document).map(
    ([command, view, on, write, validator]): Written<Doc> =>
      (name, database) =>
        doc({
          [command]: name(view),
          viewOn: name(on),
          pipeline: write(name, database),
          validator,
          $db: database,
        }),
  ),
  fc.tuple(collection, value).map(
    ([target, id]): Written<Doc> =>
      (name, database) =>
        doc({ getMore: id, collection: name(target), $db: database }),
  ),
  fc.tuple(collection, collection).map(
    ([source, out]): Written<Doc> =>
      (name, database) =>
        doc({
          mapReduce: name(source),
          out: doc({ merge: name(out), db: database }),
          scope: doc({ merge: out }),
          $db: database,
        }),
  ),
);

describe('names in commands', () => {
  it('are turned, and values are the bytes that came', () => {
    fc.assert(
      fc.property(command, (write) => {
        const users = write(asUsers, 'shop~feature');
        const { body, sequences } = rewriteCommand(Command.from(users), names);
        const sent: Doc = new Map(body);
        for (const [field, documents] of sequences) {
          sent.set(
            field,
            documents.map((bytes) => new RawDocument(bytes)),
          );
        }
        expect(bytesOf(sent)).toBe(bytesOf(write(asStored, 'legacy')));
      }),
    );
  });

  it('are refused where they would be those of another branch, or MongoDB’s own', () => {
    for (const [collection, code] of [
      ['x_users', 'ARGON_BRANCH_PREFIX_AMBIGUOUS'],
      ['system.views', 'ARGON_ENGINE_COMMAND'],
      ['system.profile', 'ARGON_ENGINE_COMMAND'],
      ['', 'ARGON_ENGINE_COMMAND'],
      ['.a', 'ARGON_ENGINE_COMMAND'],
    ] as const) {
      for (const asked of [
        { find: collection },
        { aggregate: 'users', pipeline: [{ $lookup: { from: collection } }] },
      ]) {
        const refused = () => rewriteCommand(Command.from(asked, 'shop~feature'), names);
        expect(refused).toThrowError(expect.objectContaining({ code }));
      }
    }
    const elsewhere = { aggregate: 'users', pipeline: [{ $out: { db: 'shop', coll: 'users' } }] };
    expect(() => rewriteCommand(Command.from(elsewhere, 'shop~feature'), names)).toThrowError(
      expect.objectContaining({ codeName: 'CommandNotSupported' }),
    );
    const nested = {
      aggregate: 'users',
      pipeline: [{ $unionWith: { coll: 'users', pipeline: [{ $collStats: {} }] } }],
    };
    expect(() => rewriteCommand(Command.from(nested, 'shop~feature'), names)).toThrowError(
      expect.objectContaining({ codeName: 'CommandNotSupported' }),
    );
    const symbol = rewriteCommand(
      Command.from({ validate: new BSONSymbol('main_users') }, 'shop~feature'),
      names,
    );
    expect(symbol.body.get('validate')).toBe('feature_main_users');
    const uuid = Command.from({ find: new UUID() }, 'shop~feature');
    expect(() => rewriteCommand(uuid, names)).toThrowError(
      expect.objectContaining({ codeName: 'InvalidNamespace' }),
    );
    for (const stage of ['$currentOp', '$listSessions', '$listCatalog']) {
      const asked = { aggregate: 1, pipeline: [{ [stage]: {} }] };
      expect(() => rewriteCommand(Command.from(asked, 'shop~feature'), names)).toThrowError(
        expect.objectContaining({ codeName: 'CommandNotSupported' }),
      );
    }
  });
});
