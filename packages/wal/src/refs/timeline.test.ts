import { describe, expect, it } from 'vitest';
import { BranchNotFoundError } from './errors';
import type { BranchRecord } from './records';
import { Timeline, timelineAt } from './timeline';

function branch(fields: Partial<BranchRecord> & { id: number }): BranchRecord {
  return {
    projectId: 1,
    name: `b${fields.id}`,
    parentId: null,
    baseLsn: 0,
    startLsn: fields.baseLsn ?? fields.id,
    headLsn: fields.id,
    resets: [],
    createdAt: 0,
    createdBy: { user: '', app: '' },
    protected: false,
    expiresAt: null,
    status: 'active',
    ...fields,
  };
}

const records = [
  branch({ id: 2, resets: [{ lsn: 20, to: 12 }] }),
  branch({ id: 13, parentId: 2, baseLsn: 10 }),
  branch({ id: 30, parentId: 13, baseLsn: 10 }),
];
const lookup = (id: number) => records.find((record) => record.id === id);

describe('timelineAt', () => {
  it('is a branch and its ancestors up to each fork', async () => {
    expect((await timelineAt(13, 16, lookup)).segments).toEqual([
      { branchId: 2, from: 0, to: 10 },
      { branchId: 13, from: 10, to: 16 },
    ]);
    expect((await timelineAt(30, 33, lookup)).segments).toEqual([
      { branchId: 2, from: 0, to: 10 },
      { branchId: 30, from: 10, to: 33 },
    ]);
  });

  it('leaves out what a reset hid, and only from the reset on', async () => {
    expect((await timelineAt(2, 19, lookup)).segments).toEqual([{ branchId: 2, from: 0, to: 19 }]);
    expect((await timelineAt(2, 20, lookup)).segments).toEqual([{ branchId: 2, from: 0, to: 12 }]);
    expect((await timelineAt(2, 25, lookup)).segments).toEqual([
      { branchId: 2, from: 0, to: 12 },
      { branchId: 2, from: 20, to: 25 },
    ]);
  });

  it("is the parent's past below the base", async () => {
    const timeline = await timelineAt(13, 5, lookup);
    expect(timeline.segments).toEqual([{ branchId: 2, from: 0, to: 5 }]);
    expect(timeline.branchId).toBe(13);
    expect(timeline.head).toBe(5);
  });

  it('needs every ancestor', async () => {
    await expect(timelineAt(99, 5, lookup)).rejects.toThrow(BranchNotFoundError);
    const orphan = branch({ id: 40, parentId: 39, baseLsn: 38 });
    await expect(timelineAt(40, 41, (id) => (id === 40 ? orphan : undefined))).rejects.toThrow(
      BranchNotFoundError,
    );
  });
});

describe('Timeline', () => {
  it('says on which chain an LSN lies', async () => {
    const timeline = await timelineAt(2, 25, lookup);
    expect([1, 12, 13, 20, 21, 25, 26].map((lsn) => timeline.branchOf(lsn))).toEqual([
      2,
      2,
      undefined,
      undefined,
      2,
      2,
      undefined,
    ]);
    expect(timeline.contains(12)).toBe(true);
    expect(timeline.contains(13)).toBe(false);
  });

  it('grows with its branch', async () => {
    const grow = async (id: number, from: number, to: number) => {
      const grown = (await timelineAt(id, from, lookup)).extendedTo(to);
      expect(grown).toEqual(await timelineAt(id, to, lookup));
    };
    await grow(13, 10, 16);
    await grow(13, 14, 16);
    await grow(2, 20, 25);
    await grow(2, 21, 25);
    await grow(2, 5, 19);
    const timeline = new Timeline(2, 5, []);
    expect(timeline.extendedTo(5)).toBe(timeline);
  });
});
