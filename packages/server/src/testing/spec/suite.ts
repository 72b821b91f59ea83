import { readdirSync, readFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { BSON, type Document } from 'mongodb';
import type { Requirement } from './requirements';

/** One file of a suite: the entities and data that its cases begin with, and the cases. */
export interface SpecFile {
  /** The file's name, without its ending: unique in a suite. */
  readonly name: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly createEntities?: readonly Document[];
  readonly initialData?: readonly CollectionData[];
  readonly tests: readonly SpecCase[];
}

export interface CollectionData {
  readonly databaseName: string;
  readonly collectionName: string;
  readonly documents: readonly Document[];
  readonly createOptions?: Document;
}

export interface SpecCase {
  readonly description: string;
  readonly skipReason?: string;
  readonly runOnRequirements?: readonly Requirement[];
  readonly operations: readonly SpecOperation[];
  readonly expectEvents?: readonly ExpectedEvents[];
  readonly outcome?: readonly CollectionData[];
}

export interface SpecOperation {
  readonly name: string;
  /** Id of an entity, or `testRunner`. */
  readonly object: string;
  readonly arguments?: Document;
  readonly expectResult?: unknown;
  readonly expectError?: Document;
  readonly saveResultAsEntity?: string;
  readonly ignoreResultAndError?: boolean;
}

export interface ExpectedEvents {
  readonly client: string;
  readonly eventType?: 'command' | 'cmap';
  /** Each has one key, the kind of the event. */
  readonly events: readonly Document[];
  readonly ignoreExtraEvents?: boolean;
}

const BESIDE_THE_REPOSITORY = resolve(import.meta.dirname, '../../../../../../shared/spec-tests');

/** Where the drivers' specification tests lie: `ARGON_SPEC_TESTS`, or beside the repository. Undefined where there are none. */
export function specFolder(): string | undefined {
  const folder = process.env['ARGON_SPEC_TESTS'] ?? BESIDE_THE_REPOSITORY;
  return existsSync(folder) ? folder : undefined;
}

/** Reads the files of a suite, which lie in its folder or in `unified` there. */
export function readSuite(folder: string, suite: string): SpecFile[] {
  const unified = join(folder, suite, 'unified');
  const files = existsSync(unified) ? unified : join(folder, suite);
  return readdirSync(files)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => readFile(join(files, file)));
}

function readFile(path: string): SpecFile {
  const content = BSON.EJSON.parse(readFileSync(path, 'utf8'), { relaxed: true }) as Omit<SpecFile, 'name'>;
  return { ...content, name: basename(path, '.json') };
}
