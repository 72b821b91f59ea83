import type { Doc, Value } from '@argon/bson';
import type { Examined } from '../select';

/** What a plan gave: documents to the client, and what a count came to. */
export interface Returned {
  readonly documents: number;
  readonly counted?: number;
}

/** A plan's stages with what each did, as far as it is known; the counts of mongod's internals are not shown. */
export function withCounts(stages: Doc, returned: Returned, examined: Examined): Doc {
  const name = stages.get('stage');
  const counted: Doc = new Map([['stage', name!]]);
  for (const [field, value] of ownCounts(name, returned, examined)) counted.set(field, value);
  for (const [field, value] of stages) {
    if (field === 'inputStage') counted.set(field, withCounts(value as Doc, below(name, returned), examined));
    else if (field === 'inputStages') {
      counted.set(field, value);
    } else counted.set(field, value);
  }
  return counted;
}

/** A stage that counts or writes hands nothing on of what it takes. */
function below(name: Value | undefined, returned: Returned): Returned {
  return name === 'COUNT' ? { documents: returned.counted ?? 0 } : returned;
}

function ownCounts(name: Value | undefined, returned: Returned, examined: Examined): [string, Value][] {
  switch (name) {
    case 'IXSCAN':
    case 'DISTINCT_SCAN':
    case 'COUNT_SCAN':
      return [
        ['nReturned', name === 'IXSCAN' ? examined.found : examined.keys],
        ['keysExamined', examined.keys],
        ['seeks', examined.seeks],
      ];
    case 'TEXT_OR':
      return [['docsExamined', examined.documents]];
    case 'TEXT_MATCH':
      return [['nReturned', returned.documents]];
    case 'OR':
    case 'SORT_MERGE':
      return [['nReturned', examined.found]];
    case 'FETCH':
    case 'COLLSCAN':
      return [['docsExamined', examined.documents]];
    case 'IDHACK':
      return [
        ['keysExamined', examined.keys],
        ['docsExamined', examined.documents],
      ];
    case 'COUNT':
      return [
        ['nReturned', 0],
        ['nCounted', returned.counted ?? 0],
      ];
    case 'SORT':
    case 'LIMIT':
    case 'PROJECTION_SIMPLE':
    case 'PROJECTION_COVERED':
    case 'PROJECTION_DEFAULT':
      return [['nReturned', returned.documents]];
    default:
      return [];
  }
}
