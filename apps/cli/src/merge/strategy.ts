import { deciderOf, type Decider, type DocumentSide, type Side } from '@argon/branch';
import type { Arguments } from '../cli/arguments';
import type { OptionDefinition } from '../cli/definition';
import { UsageError } from '../errors/errors';
import { readId } from '../query/document-id';

/** How conflicts are decided, for all commands that merge. */
export const STRATEGY: readonly OptionDefinition[] = [
  {
    flags: '--strategy <side>',
    description: 'whose value stands in every conflict',
    choices: ['ours', 'theirs'],
  },
  {
    flags: '--collections <list>',
    description: 'the same for some collections: users=theirs,orders=ours',
  },
  {
    flags: '--document <choice...>',
    description: 'the same for a document: users:42=theirs; may be given several times',
  },
];

/** What the options decide. A document's choice goes before its collection's, and that before all others. @throws UsageError */
export function strategyOf(given: Arguments): Decider {
  return deciderOf({
    all: given.text('strategy') as Side | undefined,
    collections: collectionSides(given.text('collections')),
    documents: (given.list('document') ?? []).map(documentSide),
  });
}

function collectionSides(text: string | undefined): ReadonlyMap<string, Side> {
  const sides = new Map<string, Side>();
  for (const part of text === undefined ? [] : text.split(',')) {
    const [collection, side] = choiceOf(part);
    if (collection === '' || side === undefined) {
      throw new UsageError(
        `--collections takes a list like users=theirs,orders=ours, and was given '${text}'.`,
      );
    }
    sides.set(collection, side);
  }
  return sides;
}

function documentSide(text: string): DocumentSide {
  const [document, side] = choiceOf(text);
  const at = document.indexOf(':');
  if (at <= 0 || side === undefined) {
    throw new UsageError(
      `--document takes a collection, an _id and a side, like users:42=theirs, and was given '${text}'.`,
    );
  }
  return { collection: document.slice(0, at), id: readId(document.slice(at + 1), '--document'), side };
}

function choiceOf(text: string): readonly [name: string, side: Side | undefined] {
  const at = text.lastIndexOf('=');
  const side = text.slice(at + 1);
  return [text.slice(0, Math.max(0, at)), side === 'ours' || side === 'theirs' ? side : undefined];
}
