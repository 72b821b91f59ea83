import type { RootDatabase } from 'lmdb';
import type { BranchRecord, ProjectRecord } from '../../refs/records';
import {
  branchKey,
  branchNameKey,
  branchNames,
  branchOfKey,
  PROJECT_NAMES,
  projectKey,
  projectNameKey,
  readU64BE,
} from './keys';
import { decodeBranch, decodeProject, type StoredBranch } from './record-codec';

/** How refs are read: a database with its current read transaction, or a write transaction. */
export interface RefsSource {
  get(key: Buffer): Buffer | undefined;
  range(start: Buffer, end: Buffer): readonly Buffer[];
}

/** A database as a source; `range` gives the values. */
export function databaseSource(db: RootDatabase<Buffer, Buffer>): RefsSource {
  return {
    get: (key) => db.get(key),
    range: (start, end) => [...db.getRange({ start, end })].map(({ value }) => value),
  };
}

export function storedBranch(source: RefsSource, id: number): StoredBranch | undefined {
  const bytes = source.get(branchKey(id));
  return bytes && decodeBranch(id, bytes);
}

export function branchByName(source: RefsSource, projectId: number, name: string): BranchRecord | undefined {
  const id = source.get(branchNameKey(projectId, name));
  return id && storedBranch(source, readU64BE(id, 0))?.record;
}

/** A project's live branches, oldest first. */
export function liveBranches(source: RefsSource, projectId: number): BranchRecord[] {
  const ids = source.range(...branchNames(projectId)).map((value) => readU64BE(value, 0));
  return ids.sort((a, b) => a - b).map((id) => storedBranch(source, id)!.record);
}

/** A project's deleted branches, oldest first: nothing but their records tells of them, so all records are looked at. */
export function deletedBranches(
  db: RootDatabase<Buffer, Buffer>,
  source: RefsSource,
  projectId: number,
): BranchRecord[] {
  const found: BranchRecord[] = [];
  for (let id = 0; ;) {
    const [next] = db.getKeys({ start: branchKey(id), end: branchKey(Number.MAX_SAFE_INTEGER), limit: 1 });
    if (next === undefined) return found;
    id = branchOfKey(next);
    const record = storedBranch(source, id)?.record;
    if (record?.projectId === projectId && record.status === 'deleted') found.push(record);
    id += 1;
  }
}

export function projectById(source: RefsSource, id: number): ProjectRecord | undefined {
  const bytes = source.get(projectKey(id));
  return bytes && decodeProject(id, bytes);
}

export function projectByName(source: RefsSource, name: string): ProjectRecord | undefined {
  const id = source.get(projectNameKey(name));
  return id && projectById(source, readU64BE(id, 0));
}

/** Live projects, by name (in the order of its UTF-8). */
export function liveProjects(source: RefsSource): ProjectRecord[] {
  return source.range(...PROJECT_NAMES).map((value) => projectById(source, readU64BE(value, 0))!);
}
