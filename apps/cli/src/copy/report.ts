import { pathText, type DocumentChange } from '@argon/branch';
import { stringifyEjson, type Value } from '@argon/bson';
import type { CollectionVerification, DefinitionMismatch, VerifyReport } from '@argon/migrate';
import { shownValue } from '../diff/shown-value';
import { counted } from '../render/numbers';
import type { Output } from '../render/output';

/** How a branch and its copy compare, for programs: values in Extended JSON that keeps types. */
export function verifyJson({ collections, ...report }: VerifyReport): object {
  return {
    ...report,
    collections: collections.map(({ mismatches, definitions, ...collection }) => ({
      ...collection,
      mismatches: mismatches.map(({ id, kind, changes }) => ({
        id: exact(id),
        kind,
        changes: changes.map(changeJson),
      })),
      definitions: definitions.map(({ kind, names, branch, site }) => ({
        kind,
        names,
        branch: branch === undefined ? null : exact(branch),
        copy: site === undefined ? null : exact(site),
      })),
    })),
  };
}

/** The same for people: what differs, and how. @param there what the database is to the branch, in words */
export function verifyLines(report: VerifyReport, output: Output, there = 'the copy'): readonly string[] {
  const { equal, branch, lsn, location, documents, collections, atOneMoment } = report;
  const what = `${branch} at LSN ${lsn} and ${location}`;
  const counts = `${counted(documents, 'document')}, ${counted(collections.length, 'collection')}`;
  const moving = atOneMoment
    ? []
    : ['It was read as it was found, not as of one moment: what was written meanwhile may show.'];
  if (equal) return [output.colours.green(`Equal: ${what} (${counts})`), ...moving];
  const differing = collections.filter((collection) => !collection.equal);
  return [
    output.colours.red(`Different: ${what} (${counts})`),
    ...differing.flatMap((collection) => collectionLines(collection, there)),
    ...moving,
  ];
}

function collectionLines(collection: CollectionVerification, there: string): readonly string[] {
  const { name, missing, extra, different, documents, mismatches, definitions } = collection;
  const parts = [
    missing > 0 ? `${counted(missing, 'document')} missing in ${there}` : '',
    extra > 0 ? `${counted(extra, 'document')} too many in ${there}` : '',
    different > 0 ? `${counted(different, 'document')} different` : '',
  ].filter((part) => part !== '');
  const left = missing + extra + different - mismatches.length;
  return [
    `  ${name}: ${parts.length === 0 ? `${counted(documents.site, 'document')} equal` : parts.join(', ')}`,
    ...definitions.map((each) => `    ${definitionText(each, there)}`),
    ...mismatches.flatMap(({ id, kind, changes }) => [
      `    ${kind}: ${shownValue(id)}`,
      ...changes.map((change) => `      ${changeText(change)}`),
    ]),
    ...(left > 0 && mismatches.length > 0 ? [`    … and ${counted(left, 'document')} more`] : []),
  ];
}

function definitionText({ kind, names, branch, site }: DefinitionMismatch, there: string): string {
  const where = `${branch === undefined ? 'only' : 'not'} in ${there}`;
  const both = branch !== undefined && site !== undefined;
  if (kind === 'collection') return both ? 'a collection in one, a view in the other' : where;
  const what = kind === 'index' ? `index '${names[0]}'` : `options ${names.join(', ')}`;
  return both
    ? `${what}: ${shownValue(branch)} in the branch, ${shownValue(site)} in ${there}`
    : `${what} ${where}`;
}

function changeText(change: DocumentChange): string {
  const path = change.path.length === 0 ? '(the document)' : pathText(change.path);
  if ('at' in change) {
    return `${path}[${change.at}]: ${shownValue([...change.removed])} → ${shownValue([...change.inserted])}`;
  }
  const { before, after } = change;
  const text = (value: Value | undefined): string => (value === undefined ? 'not there' : shownValue(value));
  return `${path}: ${text(before)} → ${text(after)}`;
}

function changeJson(change: DocumentChange): object {
  const { path } = change;
  if ('at' in change) {
    const { at, removed, inserted } = change;
    return { path, at, branch: removed.map(exact), copy: inserted.map(exact) };
  }
  const { before, after } = change;
  return {
    path,
    ...(before === undefined ? {} : { branch: exact(before) }),
    ...(after === undefined ? {} : { copy: exact(after) }),
  };
}

function exact(value: Value): unknown {
  return JSON.parse(stringifyEjson(value, { relaxed: false }));
}
