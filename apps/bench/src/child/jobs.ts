import { coldOpen } from './jobs/cold-open';
import { coldPast } from './jobs/cold-past';
import { coldPastQuery } from './jobs/cold-past-query';
import { everydaySide } from './jobs/everyday-side';
import { residentMemory } from './jobs/resident-memory';
import { steadyWrites } from './jobs/steady-writes';
import { usedBytes } from './jobs/used-bytes';

/** What a child process can be asked to do. Arguments and results go through as JSON. */
export const JOBS = {
  coldOpen,
  coldPast,
  coldPastQuery,
  everydaySide,
  residentMemory,
  steadyWrites,
  usedBytes,
};

export type JobName = keyof typeof JOBS;
export type JobArguments<N extends JobName> = Parameters<(typeof JOBS)[N]>[0];
export type JobResult<N extends JobName> = Awaited<ReturnType<(typeof JOBS)[N]>>;
