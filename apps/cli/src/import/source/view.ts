import { validateCollectionName } from '@argon/wal';
import type { CommandContext } from '../../cli/context';
import { UsageError } from '../../errors/errors';
import { viewNamed, type Collection } from '../collection';
import { metadataName, readMetadata } from './metadata';

/**
 * The view that a metadata file tells of; undefined if it is another file.
 * @throws FileNotFoundError, MalformedInputError, InvalidNameError, UsageError for metadata of what is no view
 */
export async function openView(
  { terminal, given }: CommandContext,
  path: string,
): Promise<Collection | undefined> {
  const called = metadataName(path);
  if (called === undefined) return undefined;
  const name = given.text('collection') ?? called;
  validateCollectionName(name);
  const { options } = await readMetadata(path, terminal.cwd);
  if (options?.has('viewOn') !== true) {
    throw new UsageError(`${path} tells of a collection: import its ${called}.bson, which takes this along.`);
  }
  return viewNamed(name, options);
}
