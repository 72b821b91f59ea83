import type { CollectionDifference, RestorePreview, RestoreSample } from '@argon/branch';
import { cut } from './cut';
import { documentText, valueText } from './document';
import { count, isoTime, moment } from './numbers';
import type { Output } from './output';

/** What a restore would do, for a person. */
export function restoreLines(preview: RestorePreview, output: Output): readonly string[] {
  const { branch, whole, from, to, at, collections, catalog } = preview;
  const { colours } = output;
  const part = whole ? 'would show again what it showed' : 'would get back some of what it showed';
  const lines = [`Branch ${branch} (LSN ${from}) ${part} at LSN ${to}, ${moment(at)}:`];
  if (collections.length === 0 && catalog.length === 0) return [...lines, '  nothing is different'];
  if (collections.length > 0) {
    const rows = collections.map((each) => [
      each.name,
      count(each.inserted),
      count(each.updated),
      count(each.deleted),
    ]);
    const numbers = ['Inserted', 'Updated', 'Deleted'].map((title) => ({ title, align: 'right' as const }));
    lines.push(output.table([{ title: 'Collection' }, ...numbers], rows));
  }
  lines.push(...catalog.map((difference) => `  ${catalogText(difference)}`));
  for (const { name, samples } of collections) {
    lines.push(colours.bold(name), ...samples.map((sample) => `  ${sampleText(sample, output)}`));
  }
  return lines;
}

function sampleText({ before, after }: RestoreSample, { colours }: Output): string {
  if (before === undefined) return colours.green(`+ ${cut(documentText(after!, 'relaxed'), 100)}`);
  if (after === undefined) return colours.red(`- ${cut(documentText(before, 'relaxed'), 100)}`);
  const [was, becomes] = [before, after].map((document) => cut(documentText(document, 'relaxed'), 60));
  return colours.yellow(`~ ${was} → ${becomes}`);
}

function catalogText({
  name,
  before,
  after,
  renamed,
  optionsChanged,
  indexes,
}: CollectionDifference): string {
  if (before === undefined) return `collection ${name} would be made`;
  if (after === undefined) return `collection ${name} would go`;
  const changes = [
    ...(renamed ? [`be called that again, from ${before.name}`] : []),
    ...(optionsChanged ? ['have its options of then'] : []),
    ...indexes.map((index) => `${index.after === undefined ? 'lose' : 'have'} its index ${index.name}`),
  ];
  return `collection ${name} would ${changes.join(', ')}`;
}

/** As `--json` gives it. Documents are Extended JSON text, which keeps types and the order of fields. */
export function restoreJson({ collections, catalog, ...preview }: RestorePreview): object {
  return {
    ...preview,
    at: isoTime(preview.at),
    collections: collections.map(({ samples, ...each }) => ({
      ...each,
      samples: samples.map(({ id, before, after }) => ({
        id: valueText(id, 'exact'),
        before: before === undefined ? null : documentText(before, 'exact'),
        after: after === undefined ? null : documentText(after, 'exact'),
      })),
    })),
    catalog: catalog.map(({ name, before, after, optionsChanged, indexes }) => ({
      name,
      before: before?.name ?? null,
      after: after?.name ?? null,
      optionsChanged,
      indexes: indexes.map((index) => index.name),
    })),
  };
}
