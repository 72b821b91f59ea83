import { inCi } from '@argon/tools-cache';
import { MongodNotFoundError } from '../errors';
import { sharedMongod } from './shared';

let warned = false;

/**
 * The shared mongod, or undefined where there is none, so that tests can be skipped rather than fail:
 *
 * ```ts
 * const mongod = await mongodOrSkip();
 * describe.skipIf(!mongod)('against mongod', () => { … mongod!.uri … });
 * ```
 *
 * It says so once, and with `CI` set nothing may be skipped: it throws.
 *
 * @throws {MongodNotFoundError} in CI, if there is no mongod
 */
export async function mongodOrSkip(): Promise<{ readonly uri: string } | undefined> {
  try {
    return await sharedMongod();
  } catch (error) {
    if (!(error instanceof MongodNotFoundError) || inCi()) throw error;
    if (!warned) console.warn(`Tests against MongoDB are skipped. ${error.message}`);
    warned = true;
    return undefined;
  }
}
