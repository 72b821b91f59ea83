import { expect, it } from 'vitest';
import { inBatches } from './batches';

const MiB = 1024 * 1024;

async function sizes(...groups: readonly (readonly number[])[]): Promise<number[][]> {
  const source = async function* () {
    for (const group of groups) yield group.map((size) => new Uint8Array(size));
  };
  const batches: number[][] = [];
  for await (const batch of inBatches(source())) batches.push(batch.map(({ length }) => length));
  return batches;
}

it('gathers documents up to 8 MiB; a larger one goes by itself', async () => {
  expect(await sizes([3 * MiB, 3 * MiB], [3 * MiB], [], [16 * MiB, 1], [1])).toEqual([
    [3 * MiB, 3 * MiB],
    [3 * MiB],
    [16 * MiB],
    [1, 1],
  ]);
});

it('gathers up to 1,000 documents', async () => {
  const batches = await sizes(
    Array.from({ length: 1500 }, () => 10),
    Array.from({ length: 700 }, () => 10),
  );
  expect(batches.map(({ length }) => length)).toEqual([1000, 1000, 200]);
  expect(await sizes()).toEqual([]);
});
