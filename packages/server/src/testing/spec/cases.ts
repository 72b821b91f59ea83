import type { Exception, Suite } from './exceptions';
import { applies, type ServerTraits } from './requirements';
import { readSuite, type SpecCase, type SpecFile } from './suite';

/** A case, and the file that it is from. */
export interface PlacedCase {
  readonly file: SpecFile;
  readonly specCase: SpecCase;
  /** `find-let: Find with let option` */
  readonly name: string;
}

/** A suite's cases, sorted by whether a server is what they need. */
export interface SortedCases {
  readonly suite: Suite;
  readonly applicable: readonly PlacedCase[];
  readonly notApplicable: readonly PlacedCase[];
}

/** Reads a suite's cases for a server. */
export function casesFor(folder: string, suite: Suite, server: ServerTraits): SortedCases {
  const all = readSuite(folder, suite).flatMap((file) =>
    file.tests.map((specCase) => ({ file, specCase, name: `${file.name}: ${specCase.description}` })),
  );
  const isApplicable = ({ file, specCase }: PlacedCase): boolean =>
    specCase.skipReason === undefined &&
    applies(file.runOnRequirements, server) &&
    applies(specCase.runOnRequirements, server);
  return {
    suite,
    applicable: all.filter(isApplicable),
    notApplicable: all.filter((one) => !isApplicable(one)),
  };
}

/** The row of a list that is about a case. */
export function exceptionFor(
  list: readonly Exception[],
  suite: Suite,
  { file, specCase }: PlacedCase,
): Exception | undefined {
  return list.find(
    (row) => row.suite === suite && row.file === file.name && row.test === specCase.description,
  );
}
