import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeDocument } from '@argon/bson';
import type { Lsn } from '../../entry/entry';
import { verifyStore } from '../../log/verify';
import { openStore } from '../../store/open';
import type { Store } from '../../store/store';
import { commitOf, insertion } from '../drafts';
import { fork, newProject } from '../fixture';

export interface CrashTestOptions {
  /** Where the store is; it must be empty. */
  readonly address: string;
  /** The compiled `crash-writer`. */
  readonly program: string;
  readonly kills: number;
  /** A kill comes so many ms after the writer has begun, at random between these. */
  readonly between: readonly [number, number];
  /** How many branches a writer writes to at once. Default 3. */
  readonly branches?: number;
  /** How many writers there are at once, each killed at a moment of its own. Default 1. */
  readonly writers?: number;
  /** Whether this process has the store open all the time, and writes, too. Default false. */
  readonly staysOpen?: boolean;
}

interface Acknowledged {
  readonly branchId: number;
  readonly lsn: Lsn;
  readonly size: number;
  readonly name: string;
}

/**
 * Kills a writing process again and again (SIGKILL, at random moments) and checks each time, with the store opened
 * anew, that every acknowledged commit is there and that no commit is half there. Ends with a verification of the
 * whole log. Returns how many commits were acknowledged, and how many are in the log.
 */
export async function crashTest(
  options: CrashTestOptions,
): Promise<{ acknowledged: number; commits: number }> {
  const setup = await openStore(options.address);
  const { main } = await newProject(setup);
  const branches = [main];
  while (branches.length < (options.branches ?? 3)) {
    branches.push(await fork(setup, main, `b${branches.length}`));
  }
  if (options.staysOpen !== true) await setup.close();

  const checked = new Map(branches.map((branch) => [branch.id, branch.startLsn]));
  let acknowledged = 0;
  let commits = 0;
  for (let round = 0; round < options.kills; round++) {
    const writers = Array.from({ length: options.writers ?? 1 }, (_, n) =>
      writeAndKill(options, `run${round}-${n}`, [...checked.keys()]),
    );
    if (options.staysOpen === true) writers.push(writeAlong(setup, main.id, round, Promise.all(writers)));
    const lines = (await Promise.all(writers)).flat();
    acknowledged += lines.length;
    const store = await openStore(options.address, { create: false });
    for (const branchId of checked.keys()) {
      const own = lines.filter((line) => line.branchId === branchId);
      commits += await checkSince(store, branchId, checked, own);
    }
    await store.close();
  }
  if (options.staysOpen === true) await setup.close();

  const store = await openStore(options.address, { create: false });
  const report = await verifyStore(store);
  await store.close();
  assert.deepEqual(report.problems, []);
  assert.equal(report.commits, commits, 'the verification saw every commit');
  return { acknowledged, commits };
}

/** Writes now and then until the others have ended; returns what was acknowledged. */
async function writeAlong(
  store: Store,
  branchId: number,
  round: number,
  others: Promise<unknown>,
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  let isOver = false;
  const over = () => (isOver = true);
  others.then(over, over);
  while (!isOver) {
    const name = `own${round}-${acknowledged.length}`;
    const commit = commitOf(insertion({ _id: `${name}-0`, name, size: 1 }));
    const result = await store.append({
      branchId,
      after: (await store.head(branchId)).lsn,
      commits: [commit],
    });
    if (result.appended) acknowledged.push({ branchId, lsn: result.commits[0]!.lsn, size: 1, name });
    await sleep(Math.random() * 10);
  }
  return acknowledged;
}

/** Starts a writer, kills it, and returns what it said was acknowledged. */
async function writeAndKill(
  options: CrashTestOptions,
  run: string,
  branchIds: number[],
): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [options.program, options.address, run, branchIds.join(',')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let timer: NodeJS.Timeout | undefined;
  const [least, most] = options.between;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    timer ??= setTimeout(() => child.kill('SIGKILL'), least + Math.random() * (most - least));
  });
  const signal = await new Promise<string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, by) => resolve(by));
  });
  clearTimeout(timer);
  assert.equal(signal, 'SIGKILL', `the writer ended by itself: ${errors}`);
  // A line that was cut off was acknowledged too, but we cannot tell what it said.
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  return lines.slice(1).map((line) => {
    const [branchId, lsn, size, name] = line.split(' ') as [string, string, string, string];
    return { branchId: Number(branchId), lsn: Number(lsn), size: Number(size), name };
  });
}

/** Checks what is new on a branch; returns the number of commits. */
async function checkSince(
  store: Store,
  branchId: number,
  checked: Map<number, Lsn>,
  acknowledged: readonly Acknowledged[],
): Promise<number> {
  let count = 0;
  const names = new Map<Lsn, string>();
  for await (const batch of store.commits(branchId, { after: checked.get(branchId)! })) {
    for (const commit of batch) {
      count += 1;
      checked.set(branchId, commit.lsn);
      const documents = commit.entries.map((entry) => decodeDocument(entry.document!));
      const [first] = documents;
      names.set(commit.lsn, String(first!.get('name')));
      assert.equal(commit.entries.length, first!.get('size'), `commit ${commit.lsn} is whole`);
      for (const [i, document] of documents.entries()) {
        assert.equal(document.get('_id'), `${String(first!.get('name'))}-${i}`);
      }
    }
  }
  for (const { lsn, name } of acknowledged) {
    assert.equal(names.get(lsn), name, `commit ${name} at ${lsn}, which was acknowledged, is there`);
  }
  assert.equal((await store.head(branchId)).lsn, checked.get(branchId));
  return count;
}
