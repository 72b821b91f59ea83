import { describe, expect, it } from 'vitest';
import { judge, type RolloutFacts } from './criteria';
import { readRolloutPlan } from './plan';

const NOW = Date.UTC(2026, 2, 8);
const facts: RolloutFacts = {
  since: Date.UTC(2026, 2, 1, 1),
  now: NOW,
  branches: 2,
  commands: {
    read: { count: 900, failed: 1, p50: 0.4, p99: 12 },
    write: { count: 100, failed: 0, p50: 2, p99: 48.25 },
  },
};

describe('a plan', () => {
  it('is read as it is written, with what goes without saying', () => {
    const plan = readRolloutPlan(
      {
        phases: [
          { name: 'internal testing', percentage: 0, criteria: { minimumDays: 7, maximumFailures: '0.1%' } },
          { name: 'general availability', percentage: 100, existing: true },
        ],
      },
      'rollout.yaml',
    );
    expect(plan.phases[0]).toEqual({
      name: 'internal testing',
      percentage: 0,
      existing: false,
      criteria: { minimumDays: 7, maximumFailures: 0.001 },
    });
    expect(plan.phases[1]).toEqual({
      name: 'general availability',
      percentage: 100,
      existing: true,
      criteria: {},
    });
  });

  it('that is wrong is refused with everything that is', () => {
    const wrong = {
      phases: [
        { name: 'a', percentage: 110, criteria: { minimumDay: 3 } },
        { name: 'a', percentage: 1, criteria: { maximumFailures: '200%' } },
      ],
    };
    expect(() => readRolloutPlan(wrong, 'rollout.yaml')).toThrow(
      /phases\.0\.percentage.*minimumDay.*maximumFailures/s,
    );
    const twice = { phases: [0, 1].map(() => ({ name: 'a', percentage: 1 })) };
    expect(() => readRolloutPlan(twice, 'x')).toThrow('names must differ');
    expect(() => readRolloutPlan({ phases: [] }, 'x')).toThrow('phases');
    expect(() => readRolloutPlan(undefined, 'x')).toThrow('x');
  });
});

describe('criteria', () => {
  it('are judged by what was measured, and nothing that was not asked for is', () => {
    const judged = judge(
      {
        minimumDays: 7,
        minimumBranches: 2,
        minimumCommands: 1000,
        maximumFailures: 0.0005,
        maximumMilliseconds: { read: { p99: 12 }, write: { p50: 1.5, p99: 50 } },
      },
      facts,
    );
    expect(judged.map(({ criterion, met }) => `${criterion}: ${met}`)).toEqual([
      'days in this phase: false',
      'branches in the log: true',
      'commands in the last day: true',
      'commands that failed: false',
      'p99 of reads: true',
      'p50 of writes: false',
      'p99 of writes: true',
    ]);
    expect(judged[0]).toMatchObject({ wanted: 'at least 7', found: '6.95' });
    expect(judged[3]).toMatchObject({ wanted: 'at most 0.05 %', found: '0.1 %' });
    expect(judge({}, facts)).toEqual([]);
  });

  it('of which nothing was measured are not met', () => {
    const idle = { count: 0, failed: 0, p50: null, p99: null };
    const quiet = { ...facts, commands: { read: idle, write: idle } };
    const judged = judge({ maximumFailures: 1, maximumMilliseconds: { read: { p99: 99 } } }, quiet);
    expect(judged.map(({ found, met }) => [found, met])).toEqual([
      ['none measured', false],
      ['none measured', false],
    ]);
  });
});
