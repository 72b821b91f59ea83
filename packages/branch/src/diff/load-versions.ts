import type { BranchState, RecordRef } from '@argon/materializer';
import type { DocumentVersion } from './contract';
import type { StateReader } from './state-reader';

/** The versions that refs of a state stand for, read together; where there is no ref, there is none. */
export async function loadVersions(
  reader: Pick<StateReader, 'documents'>,
  state: BranchState,
  refs: readonly (RecordRef | undefined)[],
): Promise<readonly (DocumentVersion | undefined)[]> {
  const wanted = refs.filter((ref) => ref !== undefined);
  const documents = await reader.documents(
    state,
    wanted.map(({ lsn }) => lsn),
  );
  let next = 0;
  return refs.map((ref) => ref && { record: ref.record, lsn: ref.lsn, bytes: documents[next++]! });
}
