import { encodeDocument } from '@argon/bson';
import { describe, expect, it } from 'vitest';
import { commandFromSections } from './message';

const body = (document: Record<string, unknown>) =>
  Buffer.concat([Buffer.from([0]), encodeDocument(document)]);

function sequence(name: string, documents: readonly Record<string, unknown>[]): Buffer {
  const payload = Buffer.concat([
    Buffer.from(`${name}\0`),
    ...documents.map((document) => encodeDocument(document)),
  ]);
  const size = Buffer.alloc(4);
  size.writeInt32LE(payload.length + 4);
  return Buffer.concat([Buffer.from([1]), size, payload]);
}

describe('the sections of a message', () => {
  it('are a body', () => {
    const command = commandFromSections(body({ ping: 1, $db: 'shop' }));
    expect([command.name, command.database, command.get('ping')]).toEqual(['ping', 'shop', 1]);
  });

  it('may hold document sequences, before or after the body', () => {
    const parts = [body({ insert: 'a', $db: 'shop' }), sequence('documents', [{ x: 1 }, { x: 2 }])];
    for (const sections of [parts, [...parts].reverse()]) {
      const command = commandFromSections(Buffer.concat(sections));
      expect(command.name).toBe('insert');
      expect(command.rawArray('documents')).toHaveLength(2);
      expect(command.fields()).toEqual(['insert', '$db', 'documents']);
      expect(
        commandFromSections(Buffer.concat([Buffer.from([0]), command.toBytes()])).rawArray('documents'),
      ).toHaveLength(2);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['only a sequence', sequence('documents', [{ x: 1 }])],
    ['two bodies', Buffer.concat([body({ ping: 1, $db: 'a' }), body({ ping: 1, $db: 'a' })])],
    ['an unknown kind', Buffer.concat([Buffer.from([7]), encodeDocument({ ping: 1 })])],
    ['a section that runs over', Buffer.from([0, 50, 0, 0, 0, 0])],
    ['a size below zero', Buffer.from([0, 255, 255, 255, 255, 0])],
    ['a sequence without a name', Buffer.from([1, 5, 0, 0, 0, 65])],
    [
      'the same sequence twice',
      Buffer.concat([body({ insert: 'a', $db: 'a' }), sequence('d', [{}]), sequence('d', [{}])]),
    ],
    ['no database', body({ ping: 1 })],
    ['an empty command', body({})],
  ])('are refused when they are %s', (_, sections) => {
    expect(() => commandFromSections(sections)).toThrowError(
      expect.objectContaining({ name: 'CommandError' }),
    );
  });
});
