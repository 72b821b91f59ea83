import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyType } from '@argon/wal/testing';
import { makeWorkspace, type Workspace } from '../testing/run';

let space: Workspace;

beforeEach(async () => {
  space = await makeWorkspace();
  await space.ok(['init']);
  await space.ok(['project', 'create', 'shop']);
  await writeFile(space.path('all.bson'), Buffer.concat(everyType()));
  await space.ok(['import', 'all.bson']);
});
afterEach(() => space.remove());

/** A collection's documents, as they lie there. */
async function bytesOf(collection: string): Promise<Buffer> {
  return (await space.ok(['export', collection, '--format', 'bson'])).bytes;
}

it('takes BSON and gives it back, byte for byte', async () => {
  expect(await bytesOf('all')).toEqual(Buffer.concat(everyType()));
});

describe.each(['json', 'ndjson', 'ejson', 'bson', 'csv'])('%s keeps every byte', (format) => {
  it('through a file', async () => {
    const { file, documents, bytes } = (
      await space.ok(['export', 'all', '--out', `copy.${format}`, '--json'])
    ).json() as { file: string; documents: number; bytes: number };
    expect(documents).toBe(everyType().length);
    expect(bytes).toBeGreaterThan(1000);
    await space.ok(['import', file]);
    expect(await bytesOf('copy')).toEqual(await bytesOf('all'));
  });

  it('gzipped, through pipes', async () => {
    const { bytes } = await space.ok(['export', 'all', '--format', format, '--gzip']);
    expect([...bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    await space.ok(['import', '-', '-c', 'copy', '--format', format], { stdin: bytes });
    expect(await bytesOf('copy')).toEqual(await bytesOf('all'));
  });
});

it('tells formats of pipes by their first bytes', async () => {
  for (const format of ['json', 'ndjson', 'bson']) {
    const { bytes } = await space.ok(['export', 'all', '--format', format]);
    await space.ok(['import', '-', '-c', format], { stdin: gzipSync(bytes) });
    expect(await bytesOf(format)).toEqual(await bytesOf('all'));
  }
});

it('exports what a query finds, at any moment, on any branch', async () => {
  await space.ok(['import', '-', '-c', 'n'], {
    stdin: Array.from({ length: 3000 }, (_, i) => `{"_id": ${i}, "odd": ${i % 2 === 1}}\n`).join(''),
  });
  const { headLsn } = (await space.ok(['branch', 'info', '--json'])).json().branch as { headLsn: number };
  await space.ok(['branch', 'create', 'b']);
  await space.ok(['run', '{"delete": "n", "deletes": [{"q": {"odd": true}, "limit": 0}]}', '-b', 'b']);
  const lines = async (...argv: string[]) =>
    (await space.ok(['export', 'n', ...argv])).stdout.trim().split('\n');
  expect(await lines('-b', 'b')).toHaveLength(1500);
  expect(await lines()).toHaveLength(3000);
  expect(await lines('-b', 'b', '--at', String(headLsn))).toHaveLength(3000);
  const query = ['--filter', '{"odd": true}', '--sort', '{"_id": -1}', '--skip', '1', '--limit', '2'];
  expect(await lines(...query, '--projection', '{"odd": 0}')).toEqual(['{"_id":2997}', '{"_id":2995}']);
});

it('writes metadata beside BSON, and reads them: indexes and validators', async () => {
  await space.ok([
    'run',
    '{"createIndexes": "all", "indexes": [{"key": {"b": 1, "1": -1}, "name": "odd", "sparse": true}]}',
  ]);
  await space.ok([
    'run',
    '{"collMod": "all", "validator": {"no": {"$exists": false}}, "validationLevel": "moderate"}',
  ]);
  await space.ok(['export', 'all', '--out', 'copy.bson.gz']);
  const report = (await space.ok(['import', 'copy.bson.gz', '--json'])).json() as { collections: object[] };
  expect(report.collections).toMatchObject([
    { collection: 'copy', inserted: everyType().length, indexes: 1 },
  ]);
  const definition = async (name: string) => {
    const list = await space.ok(['run', `{"listIndexes": "${name}"}`, '--canonical', '--json']);
    const described = await space.ok([
      'run',
      `{"listCollections": 1, "filter": {"name": "${name}"}}`,
      '--canonical',
      '--json',
    ]);
    const options = /"options":(\{.*?\}),"info"/.exec(described.stdout)?.[1];
    return [/"firstBatch":(\[.*\])/.exec(list.stdout)?.[1], options];
  };
  expect((await definition('all')).join()).toMatch(/"odd".*"validationLevel":"moderate"/);
  expect(await definition('copy')).toEqual(await definition('all'));
  await space.ok(['import', 'copy.bson.gz', '--collection', 'bare', '--documents-only']);
  expect((await space.ok(['branch', 'info', '--json'])).json().collections).toContainEqual({
    name: 'bare',
    type: 'collection',
    documents: everyType().length,
    indexes: ['_id_'],
    validator: false,
  });
});

describe('CSV', () => {
  const imported = async (text: string, ...argv: string[]) => {
    await space.ok(['import', '-', '-c', 'csv', '--format', 'csv', '--drop', ...argv], { stdin: text });
    return (await space.ok(['find', 'csv', '--projection', '{"_id": 0}', '--json'])).stdout
      .trim()
      .split('\n');
  };

  it('infers types, nests dotted columns, leaves out empty cells', async () => {
    const text =
      'name,age,address.city,address.zip,zip,ok,"at"\nAda,36,London,,007,true,2026-01-31T12:00:00Z\n"B, C",1.0,,8000,12345678901,,\n';
    expect(await imported(text)).toEqual([
      '{"name":"Ada","age":36,"address":{"city":"London"},"zip":"007","ok":true,"at":{"$date":"2026-01-31T12:00:00Z"}}',
      '{"name":"B, C","age":1.0,"address":{"zip":8000},"zip":12345678901}',
    ]);
  });

  it('takes everything as text, if told', async () => {
    expect(await imported('a,b\n1,true\n', '--text')).toEqual(['{"a":"1","b":"true"}']);
  });

  it('takes other delimiters, and files without a header', async () => {
    expect(await imported('1;2\n3;4\n', '--delimiter', ';', '--fields', 'a,b')).toEqual([
      '{"a":1,"b":2}',
      '{"a":3,"b":4}',
    ]);
    await writeFile(space.path('t.tsv'), 'a\tb\n1\tx\n');
    await space.ok(['import', 't.tsv']);
    expect((await space.ok(['find', 't', '--projection', '{"_id": 0}', '--json'])).stdout).toBe(
      '{"a":1,"b":"x"}\n',
    );
  });

  it('exports chosen fields, and says what it cannot keep', async () => {
    await space.ok(['import', '-', '-c', 'c'], {
      stdin: '{"_id":1,"a":{"b":1},"x":"y"}\n{"_id":2,"x":1,"a":2}',
    });
    const chosen = await space.ok(['export', 'c', '--format', 'csv', '--fields', 'x,a.b']);
    expect(chosen.stdout).toBe('x,a.b\ny,1\n1,\n');
    const whole = await space.ok(['export', 'c', '--format', 'csv']);
    expect(whole.stderr).toContain('1 document had fields in another order');
  });

  it.each(['a,a\n1,2\n', 'a,\n1,2\n', 'a,a.b\n1,2\n', '"a\n', 'a,b\n1,2,3\n'])('refuses %j', async (text) => {
    const told = await space.run(['import', '-', '-c', 'csv', '--format', 'csv'], { stdin: text });
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('ARGON_CLI_MALFORMED_INPUT');
  });
});

it('a view goes by its definition, as with mongodump, or as the documents that it shows', async () => {
  await space.ok(['import', '-', '-c', 'n'], { stdin: '{"_id": 1}\n{"_id": 2}\n' });
  await space.ok(['run', '{"create": "some", "viewOn": "n", "pipeline": [{"$match": {"_id": 2}}]}']);
  await space.ok(['export', 'some', '--out', 'some.metadata.json']);
  await space.ok(['export', 'some', '--out', 'documents.bson']);
  await space.ok(['run', '{"drop": "some"}']);
  await space.ok(['import', 'some.metadata.json']);
  expect((await bytesOf('some')).length).toBeGreaterThan(0);
  const twice = await space.run(['run', '{"insert": "some", "documents": [{}]}']);
  expect(twice.stderr).toContain('is a view, not a collection');
  await space.ok(['import', 'documents.bson']);
  expect(await bytesOf('documents')).toEqual(await bytesOf('some'));
  const told = await space.run(['import', 'documents.metadata.json']);
  expect(told.stderr).toContain('documents.metadata.json tells of a collection: import its documents.bson');
});

it('a capped collection is one again', async () => {
  await space.ok(['run', '{"create": "ring", "capped": true, "size": 4096, "max": 2}']);
  await space.ok(['run', '{"insert": "ring", "documents": [{"_id": 1}, {"_id": 2}, {"_id": 3}]}']);
  await space.ok(['export', 'ring', '--out', 'ring.bson']);
  await space.ok(['import', 'ring.bson', '-c', 'copy']);
  await space.ok(['run', '{"insert": "copy", "documents": [{"_id": 4}]}']);
  expect((await space.ok(['export', 'copy'])).stdout.trim().split('\n')).toHaveLength(2);
});
