import { decodeDocument, makeLong, type Doc, type Value } from '@argon/bson';
import { hostname } from 'node:os';
import type { Operation } from '../handler/operation';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['find', 'query'],
  ['getMore', 'getmore'],
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'remove'],
]);

/** Fields that hold many documents, and how many of them are shown. */
const BULK = new Set(['documents', 'updates', 'deletes', 'ops']);
const SHOWN = 10;

/** An operation under way, as currentOp and `$currentOp` show it. */
export function describeOperation(operation: Operation): Doc {
  const { command, context, started } = operation;
  const micros = Math.round((Date.now() - started.getTime()) * 1000);
  const description = new Map<string, Value>([
    ['type', 'op'],
    ['host', hostname()],
    ['desc', `conn${context.connectionId}`],
    ['connectionId', context.connectionId],
  ]);
  if (context.client !== undefined) description.set('client', context.client);
  if (context.actor.app !== '') description.set('appName', context.actor.app);
  if (context.actor.user !== '') {
    description.set('effectiveUsers', [
      new Map([
        ['user', context.actor.user],
        ['db', 'admin'],
      ]),
    ]);
  }
  description.set('active', true);
  description.set('currentOpTime', new Date().toISOString().replace('Z', '+00:00'));
  description.set('opid', operation.id);
  const session = command.get('lsid');
  if (session instanceof Map) description.set('lsid', session);
  description.set('secs_running', makeLong(BigInt(Math.floor(micros / 1e6))));
  description.set('microsecs_running', makeLong(BigInt(micros)));
  description.set('op', KINDS.get(command.name) ?? 'command');
  description.set('ns', namespaceOf(operation));
  description.set('command', shownCommand(operation));
  if (operation.isKilled) description.set('killPending', true);
  description.set('numYields', 0);
  description.set('waitingForLock', false);
  return description;
}

function namespaceOf({ command, database }: Operation): string {
  const target = command.get(command.name === 'getMore' ? 'collection' : command.name);
  if (typeof target === 'string') return `${database}.${target}`;
  return command.name === 'aggregate' ? `${database}.$cmd.aggregate` : `${database}.$cmd`;
}

/** Of many documents the first are shown. */
function shownCommand({ command }: Operation): Doc {
  const shown: Doc = new Map();
  for (const field of command.fields()) {
    const documents = BULK.has(field) ? command.rawArray(field) : undefined;
    if (documents === undefined) shown.set(field, command.get(field) ?? null);
    else
      shown.set(
        field,
        documents.slice(0, SHOWN).map((bytes) => decodeDocument(bytes)),
      );
  }
  return shown;
}
