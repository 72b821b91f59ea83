import { pathText, type CatalogQuestion, type DocumentQuestion } from '@argon/branch';
import type { Value } from '@argon/bson';
import { shownDocument, shownValue } from '../diff/shown-value';
import type { Colours } from '../render/colours';
import { cut } from '../render/cut';

/** How much of a value is shown, characters. */
const LONGEST = 500;

/** A conflict about a document, field by field; of one that a side deleted, as a whole. */
export function documentConflictTexts(question: DocumentQuestion, colours: Colours): readonly string[] {
  const { collection, id, fields, base, ours, theirs } = question;
  const title = `${colours.cyan(`collection ${collection}`)}, ${shownValue(new Map([['_id', id]]))}`;
  if (fields.length === 0) {
    const [was, mine, other] = [base, ours, theirs].map(
      (bytes) => bytes && cut(shownDocument(bytes), LONGEST),
    );
    return [title, ...sides(['not there', 'deleted', 'deleted'], was, mine, other, colours)];
  }
  return [
    title,
    ...fields.flatMap((field) => [
      `  ${colours.yellow(pathText(field.path))}`,
      ...sides(['none', 'none', 'none'], shown(field.base), shown(field.ours), shown(field.theirs), colours),
    ]),
  ];
}

/** A conflict about a collection or an index. */
export function catalogConflictTexts(question: CatalogQuestion, colours: Colours): readonly string[] {
  const { collection, what, index, base, ours, theirs } = question;
  const of = index === undefined ? what : `${what} ${index}`;
  return [
    `${colours.cyan(`collection ${collection}`)}, ${colours.yellow(of)}`,
    ...sides(['not there', 'dropped', 'dropped'], shown(base), shown(ours), shown(theirs), colours),
  ];
}

function sides(
  absent: readonly [string, string, string],
  base: string | undefined,
  ours: string | undefined,
  theirs: string | undefined,
  { dim, green, red }: Colours,
): readonly string[] {
  return [
    `    base    ${dim(base ?? absent[0])}`,
    `    ours    ${green(ours ?? absent[1])}`,
    `    theirs  ${red(theirs ?? absent[2])}`,
  ];
}

function shown(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : cut(shownValue(value), LONGEST);
}
