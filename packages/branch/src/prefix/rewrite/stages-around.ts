import { BSONRegExp, type Doc, type Value } from '@argon/bson';
import type { BranchNames } from '../names/branch-names';
import { literally } from '../names/literally';
import { prefixOf } from '../names/prefixes';

/**
 * What follows a stage that tells of a namespace, so that the rest of the pipeline, and whoever reads the result, meets
 * the names that users know.
 */
export function stagesAfter(
  stage: Value,
  names: BranchNames,
  collection: string | undefined,
): readonly Doc[] {
  if (!(stage instanceof Map)) return [];
  if (stage.has('$changeStream')) return changeStages(names, collection === undefined);
  if (stage.has('$collStats') && collection !== undefined) {
    return [doc({ $set: doc({ ns: doc({ $literal: `${names.shownDatabase}.${collection}` }) }) })];
  }
  return [];
}

/** @param whole whether it is the database's stream, which has the events of all branches */
function changeStages(names: BranchNames, whole: boolean): readonly Doc[] {
  const rewrite = doc({
    $set: doc({
      ns: shownIn('$ns', names),
      to: shownIn('$to', names),
      operationDescription: describedIn(names),
    }),
  });
  return whole ? [doc({ $match: ofBranch(names) }), rewrite] : [rewrite];
}

/** Events of the branch's collections, and those of the whole database. */
function ofBranch(names: BranchNames): Doc {
  const own = new BSONRegExp(`^(system\\.buckets\\.)?${literally(prefixOf(names.branch))}.`);
  const others = names.prefixes
    .within(names.branch)
    .map((prefix) => new BSONRegExp(`^(system\\.buckets\\.)?${literally(prefix)}.`));
  const collection = doc({ $regex: own, ...(others.length === 0 ? {} : { $not: doc({ $in: others }) }) });
  return doc({
    $or: [doc({ 'ns.coll': doc({ $exists: false }) }), doc({ 'ns.coll': collection })],
  });
}

/** `{db, coll}` under an event's field with names as users know them; what is missing stays missing. */
function shownIn(path: string, names: BranchNames): Doc {
  const { shownDatabase } = names;
  const coll = `${path}.coll`;
  const collection = shownName(coll, names.branch);
  const whole = doc({
    $mergeObjects: [
      path,
      doc({ db: literal(shownDatabase) }),
      doc({ $cond: [isMissing(coll), doc({}), doc({ coll: collection })] }),
    ],
  });
  return doc({ $cond: [isMissing(path), '$$REMOVE', whole] });
}

/** A collection's name without the branch's prefix. */
function shownName(path: string, branch: string): Doc {
  const prefix = prefixOf(branch);
  const begins = doc({ $eq: [doc({ $indexOfBytes: [path, literal(prefix)] }), 0] });
  return doc({ $cond: [begins, doc({ $substrBytes: [path, Buffer.byteLength(prefix), -1] }), path] });
}

/** With `showExpandedEvents` a renaming is described once more, and a view by what it is a view on. */
function describedIn(names: BranchNames): Doc {
  const path = '$operationDescription';
  const viewOn = `${path}.viewOn`;
  const described = doc({
    $mergeObjects: [
      path,
      doc({ $cond: [isMissing(`${path}.to`), doc({}), doc({ to: shownIn(`${path}.to`, names) })] }),
      doc({ $cond: [isMissing(viewOn), doc({}), doc({ viewOn: shownName(viewOn, names.branch) })] }),
    ],
  });
  return doc({ $cond: [isMissing(path), '$$REMOVE', described] });
}

const isMissing = (path: string) => doc({ $eq: [doc({ $type: path }), 'missing'] });
const literal = (value: string) => doc({ $literal: value });

function doc(fields: Readonly<Record<string, Value>>): Doc {
  return new Map(Object.entries(fields));
}
