import { operationTime } from '../../cluster-time/operation-time';
import type { Doc, Timestamp, Value } from '@argon/bson';
import type { CommitHead } from '../log/branch-log';
import type { NotedTransaction } from '../../session/noted-transaction';
import type { Place } from '../place';
import type { ResumeToken } from '../resume-token';
import { tokenDocument } from '../resume-token';

/** A change event before it is put together: what it says, and where it stands. */
export interface ChangeEvent {
  readonly place: Place;
  readonly clusterTime: Timestamp;
  readonly operationType: string;
  /** The transaction that made the change. */
  readonly transaction?: NotedTransaction | undefined;
  /** ms since the epoch. */
  readonly wallTime: number;
  /** Fields that mongod puts in front of everything else. */
  readonly leading?: readonly (readonly [string, Value])[];
  readonly collectionUuid?: Value;
  /** What comes after `wallTime`, in mongod's order. */
  readonly fields: readonly (readonly [string, Value])[];
}

/** The part of an event that its commit decides. */
export function eventAt(commit: CommitHead): Pick<ChangeEvent, 'clusterTime' | 'wallTime' | 'transaction'> {
  return { clusterTime: operationTime(commit), wallTime: commit.timestamp, transaction: commit.transaction };
}

/** The stream has nothing more to say: what it watched is gone. */
export function invalidation(cause: Pick<ChangeEvent, 'place' | 'clusterTime' | 'wallTime'>): ChangeEvent {
  const { place, clusterTime, wallTime } = cause;
  return {
    place: { ...place, isInvalidate: true },
    clusterTime,
    wallTime,
    operationType: 'invalidate',
    fields: [],
  };
}

/** The event as clients see it, fields in mongod's order. */
export function eventDocument(event: ChangeEvent, token: ResumeToken): Doc {
  const { transaction } = event;
  const document: Doc = new Map<string, Value>();
  if (transaction !== undefined) {
    document.set('txnNumber', transaction.txnNumber).set('lsid', transaction.lsid);
  }
  for (const [field, value] of event.leading ?? []) document.set(field, value);
  document.set('_id', tokenDocument(token));
  document.set('operationType', event.operationType);
  document.set('clusterTime', event.clusterTime);
  if (event.collectionUuid !== undefined) document.set('collectionUUID', event.collectionUuid);
  document.set('wallTime', new Date(event.wallTime));
  for (const [field, value] of event.fields) document.set(field, value);
  return document;
}
