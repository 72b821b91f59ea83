/** What may stand in a place of the command line: names that the store knows, files, or what only a person knows. */
export type Kind =
  | 'project'
  | 'branch'
  | 'tag'
  | 'place'
  | 'collection'
  | 'collections'
  | 'address'
  | 'pin'
  | 'setting'
  | 'files'
  | 'free';

/** Values of options, by the option's long name; an option that is not here takes what only a person knows. */
const OPTIONS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['--store', 'files'],
  ['--project', 'project'],
  ['--branch', 'branch'],
  ['--into', 'branch'],
  ['--to-tag', 'tag'],
  ['--collection', 'collection'],
  ['--out', 'files'],
  ['--copy', 'files'],
]);

/** Where a command gives an option's name a meaning of its own. */
const OPTIONS_OF: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['branch create --from', 'branch'],
  ['diff --collection', 'collections'],
  ['wal compact --before', 'tag'],
]);

/** Arguments of commands, in order. */
const ARGUMENTS: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ['init', ['files']],
  ['use', ['address']],
  ['project delete', ['project']],
  ['branch info', ['branch']],
  ['branch rename', ['branch', 'free']],
  ['branch protect', ['branch']],
  ['branch reset', ['branch']],
  ['branch delete', ['branch']],
  ['merge', ['place']],
  ['tag', ['tag']],
  ['import', ['files']],
  ['export', ['collection']],
  ['find', ['collection']],
  ['time-travel', ['collection']],
  ['diff', ['place', 'place']],
  ['patch apply', ['files']],
  ['blame', ['collection', 'free']],
  ['wal keep', ['tag']],
  ['wal pin delete', ['pin']],
  ['config get', ['setting']],
  ['config set', ['setting', 'free']],
]);

/** @param long with its dashes */
export function optionKind(path: string, long: string): Kind {
  return OPTIONS_OF.get(`${path} ${long}`) ?? OPTIONS.get(long) ?? 'free';
}

export function argumentKind(path: string, index: number): Kind {
  return ARGUMENTS.get(path)?.[index] ?? 'free';
}

/** Everything that the tables name, for a test that it is there. */
export const KNOWN = {
  commands: [...ARGUMENTS.keys()],
  options: [...OPTIONS.keys()],
  optionsOf: [...OPTIONS_OF.keys()],
} as const;
