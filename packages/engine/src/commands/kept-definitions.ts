import type { Doc, Value } from '@argon/bson';
import { CommandError } from '../handler/errors';
import { collationDocument, readCollation } from '../collation/read-collation';
import { checkViewPipeline } from '../stored-views/check-definition';
import { checkValidation } from './create';
import { readIndexSpecification } from './index-specification';

/** What the log can have of a collection's options or indexes, and what it cannot. */
export interface Kept<T> {
  readonly kept: T;
  readonly notes: readonly string[];
}

const VALIDATION = ['validator', 'validationLevel', 'validationAction'];
const CAPPED = ['capped', 'size', 'max'];
/** Said of the storage, which the log's is not: told as it was. */
const STORAGE = ['storageEngine', 'indexOptionDefaults'];
const KEPT = [
  ...CAPPED,
  ...STORAGE,
  ...VALIDATION,
  'clusteredIndex',
  'changeStreamPreAndPostImages',
  'collation',
];
/** Says nothing about what the collection holds, or is said otherwise. */
const SILENT = ['uuid', 'temp', 'autoIndexId', 'flags'];

/** What the log keeps of the options that `listCollections` tells of a collection; the rest is named. */
export function keptOptions(collection: string, options: Doc): Kept<Doc> {
  const kept: Doc = new Map();
  const notes: string[] = [];
  for (const [option, value] of options) {
    const problem = optionProblem(option, value);
    if (problem === undefined) {
      if (option === 'collation') {
        const collation = keptCollation(value);
        if (collation !== undefined) kept.set(option, collation);
      } else if (option !== 'capped' || value === true) kept.set(option, value);
    } else if (!SILENT.includes(option)) {
      const why = problem === '' ? '' : ` (${problem})`;
      const what = option === 'collation' ? 'its collation' : `its option '${option}'`;
      notes.push(`collection '${collection}': ${what} was left out${why}`);
    }
  }
  return { kept, notes };
}

/** Why an option is left out; undefined: it need not. */
function optionProblem(option: string, value: Value): string | undefined {
  if (!KEPT.includes(option)) return '';
  return refusal(() => {
    if (option === 'collation') keptCollation(value);
    else checkValidation(new Map([[option, value]]));
  });
}

/**
 * What the log keeps of a view's options, whose names are the log's already; undefined if it cannot have the view at all,
 * for a stage or a collation that it does not know.
 */
export function keptView(database: string, name: string, options: Doc): Kept<Doc | undefined> {
  const viewOn = options.get('viewOn') as string;
  const pipeline = (options.get('pipeline') ?? []) as readonly Value[];
  const kept: Doc = new Map<string, Value>([
    ['viewOn', viewOn],
    ['pipeline', [...pipeline]],
  ]);
  const problem = refusal(() => {
    checkViewPipeline({ database, name, viewOn }, pipeline);
    const collation = keptCollation(options.get('collation'));
    if (collation !== undefined) kept.set('collation', collation);
  });
  if (problem === undefined) return { kept, notes: [] };
  return { kept: undefined, notes: [`view '${name}' was left out: ${problem}`] };
}

/** What the log can have of the indexes that `listIndexes` tells, as it records them; kinds that it does not know are named. */
export function keptIndexes(collection: string, indexes: readonly Doc[]): Kept<readonly Doc[]> {
  const kept: Doc[] = [];
  const notes: string[] = [];
  for (const index of indexes) {
    // That on `_id` is recorded where a collation makes more of them equal than are the same.
    const isOrdinaryId = index.get('name') === '_id_' && !index.has('collation');
    if (isOrdinaryId || index.get('clustered') === true) continue;
    // Servers of long ago wrote the namespace into each.
    const specification: Doc = new Map([...index].filter(([field]) => field !== 'ns'));
    const problem = refusal(() => void kept.push(readIndexSpecification(specification)));
    if (problem === undefined) continue;
    notes.push(`index '${String(index.get('name'))}' of '${collection}' was left out: ${problem}`);
  }
  return { kept, notes };
}

function refusal(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // The specification that mongod puts before it is not what people want to read.
    return error.message.split(' :: caused by :: ').at(-1)!;
  }
}

/** A collation with all that it does not say filled in; undefined for the simple one. @throws CommandError */
function keptCollation(collation: Value | undefined): Doc | undefined {
  if (!(collation instanceof Map) || collation.size === 0) return undefined;
  // Another server's version of a language may differ in rare characters; the log has its own.
  const read = readCollation(new Map([...collation].filter(([field]) => field !== 'version')));
  return read === undefined ? undefined : collationDocument(read);
}

/** Whether a collection with this collation is compared by the bytes of strings. */
export function isSimpleCollation(collation: Value | undefined): boolean {
  return !(collation instanceof Map) || collation.size === 0 || collation.get('locale') === 'simple';
}
