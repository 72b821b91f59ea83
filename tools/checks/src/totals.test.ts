import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failuresOf, totalsIn, totalsLine, totalsOf } from './totals.mjs';
import { root } from './workspace.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('totals', () => {
  it('counts tests by what became of them', () => {
    const report = {
      success: false,
      testResults: [
        file('passed', 'passed', 'passed', 'skipped'),
        file('failed', 'failed', 'passed', 'todo', 'pending'),
      ],
    };
    expect(totalsOf(report)).toEqual({ passed: 3, failed: 1, skipped: 3 });
  });

  it('counts a file that could not be loaded as one failed', () => {
    expect(totalsOf({ success: false, testResults: [file('failed'), file('failed', 'skipped')] })).toEqual({
      passed: 0,
      failed: 2,
      skipped: 1,
    });
  });

  it('counts a run without tests, or with an error outside of them, as one failed', () => {
    expect(totalsOf({ success: false, testResults: [] }).failed).toBe(1);
    expect(totalsOf({ success: false, testResults: [file('passed', 'passed')] }).failed).toBe(1);
  });

  it('names what failed, with the first line of why', () => {
    const failed = { status: 'failed', fullName: 'a mirror copies', failureMessages: ['Error: no\nat here'] };
    const report = {
      testResults: [
        { name: join(root, 'a.test.ts'), status: 'failed', assertionResults: [{ status: 'passed' }, failed] },
        { name: join(root, 'b.test.ts'), status: 'failed', message: 'no such module', assertionResults: [] },
        file('passed', 'passed'),
      ],
    };
    expect(failuresOf(report)).toEqual([
      'a.test.ts › a mirror copies › Error: no',
      'b.test.ts › no such module',
    ]);
  });

  it('adds up reports, and counts one that was never written as failed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'argon-totals-'));
    try {
      const [one, two, absent] = [
        join(folder, 'one.json'),
        join(folder, 'two.json'),
        join(folder, 'absent.json'),
      ];
      await writeFile(
        one,
        JSON.stringify({ success: true, testResults: [file('passed', 'passed', 'skipped')] }),
      );
      await writeFile(two, JSON.stringify({ success: false, testResults: [file('failed', 'failed')] }));
      expect(totalsLine(totalsIn([one, two]))).toBe('1 passed, 1 failed, 1 skipped');
      expect(totalsLine(totalsIn([one, absent]))).toBe('1 passed, 1 failed, 1 skipped');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
