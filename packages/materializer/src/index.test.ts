import assert from 'node:assert/strict';
import { it } from 'vitest';
import * as published from './index';
import * as testing from './testing/index';

it('publishes these names and no others', () => {
  assert.deepEqual(Object.keys(published).sort(), [
    'DocumentMissingError',
    'IndexNotFoundError',
    'IndexUnsupportedError',
    'LogInconsistentError',
    'LsnOutOfRangeError',
    'Materializer',
    'MomentOutOfRangeError',
    'indexDefinition',
  ]);
  assert.deepEqual(Object.keys(testing).sort(), [
    'History',
    'checkIndexes',
    'controlEntry',
    'createCollection',
    'createIndex',
    'evenMatcher',
    'headOf',
    'insert',
    'observe',
    'plain',
    'randomActions',
    'remote',
    'remove',
    'shownAt',
    'update',
    'written',
  ]);
});
