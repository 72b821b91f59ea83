import { birthTests } from './compliance/births';
import { commitTests } from './compliance/commits';
import { compactionTests } from './compliance/compaction';
import { followTests } from './compliance/following';
import { forkTests } from './compliance/forks';
import { handleTests } from './compliance/handles';
import { noteTests } from './compliance/notes';
import { readingTests } from './compliance/reading';
import { refTests } from './compliance/refs';
import { sourceTests } from './compliance/sources';
import { valueTests } from './compliance/values';
import { versionTests } from './compliance/versions';
import type { StoreSubject } from './subject';

/**
 * What every store must do: declares the tests with the framework that the subject brings. What a store does not
 * support by its own word is left out. After each test the whole log is verified.
 *
 * @example
 * import { describe, it } from 'vitest';
 * import { storeCompliance } from '@argon/wal/testing';
 *
 * storeCompliance({
 *   name: 'my store',
 *   supports: { durable: false, multiProcess: false },
 *   open: async () => {
 *     const store = new MyStore();
 *     return { store, openAnother: async () => store, dispose: async () => {} };
 *   },
 *   test: { describe, it },
 * });
 */
export function storeCompliance(subject: StoreSubject): void {
  subject.test.describe(`${subject.name} keeps what stores promise`, () => {
    birthTests(subject);
    forkTests(subject);
    refTests(subject);
    sourceTests(subject);
    commitTests(subject);
    noteTests(subject);
    readingTests(subject);
    valueTests(subject);
    versionTests(subject);
    followTests(subject);
    handleTests(subject);
    compactionTests(subject);
  });
}
