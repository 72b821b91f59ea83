import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { totalsIn, totalsLine, totalsOf } from './totals.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('totals', () => {
  it('counts tests by what became of them', () => {
    const report = {
      testResults: [
        file('passed', 'passed', 'passed', 'skipped'),
        file('failed', 'failed', 'passed', 'todo', 'pending'),
      ],
    };
    expect(totalsOf(report)).toEqual({ passed: 3, failed: 1, skipped: 3 });
  });

  it('counts a file that could not be loaded as one failed', () => {
    expect(totalsOf({ testResults: [file('failed'), file('failed', 'skipped')] })).toEqual({
      passed: 0,
      failed: 2,
      skipped: 1,
    });
  });

  it('adds up the reports of a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-totals-'));
    try {
      await writeFile(
        join(folder, 'a.fast.json'),
        JSON.stringify({ testResults: [file('passed', 'passed')] }),
      );
      await writeFile(
        join(folder, 'b.fast.json'),
        JSON.stringify({ testResults: [file('failed', 'failed')] }),
      );
      await writeFile(
        join(folder, 'b.slow.json'),
        JSON.stringify({ testResults: [file('passed', 'skipped')] }),
      );
      expect(totalsLine(totalsIn(folder))).toBe('1 passed, 1 failed, 1 skipped');
      expect(totalsLine(totalsIn(folder, '.slow.json'))).toBe('0 passed, 0 failed, 1 skipped');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
