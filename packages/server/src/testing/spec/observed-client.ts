import { MongoClient, type Document, type MongoClientEvents, type MongoClientOptions } from 'mongodb';
import { isFields } from './match/values';

/** The driver's names of events, by the specification's. */
const COMMAND_EVENTS = {
  commandStartedEvent: 'commandStarted',
  commandSucceededEvent: 'commandSucceeded',
  commandFailedEvent: 'commandFailed',
} as const;
const CONNECTION_EVENTS = {
  poolCreatedEvent: 'connectionPoolCreated',
  poolReadyEvent: 'connectionPoolReady',
  poolClearedEvent: 'connectionPoolCleared',
  poolClosedEvent: 'connectionPoolClosed',
  connectionCreatedEvent: 'connectionCreated',
  connectionReadyEvent: 'connectionReady',
  connectionClosedEvent: 'connectionClosed',
  connectionCheckOutStartedEvent: 'connectionCheckOutStarted',
  connectionCheckOutFailedEvent: 'connectionCheckOutFailed',
  connectionCheckedOutEvent: 'connectionCheckedOut',
  connectionCheckedInEvent: 'connectionCheckedIn',
} as const;
const EVENTS: Readonly<Record<string, keyof MongoClientEvents>> = { ...COMMAND_EVENTS, ...CONNECTION_EVENTS };

/** Commands of the runner's own, and those that carry secrets: never looked at. */
const NEVER_OBSERVED = ['configureFailPoint', 'hello', 'isMaster', 'ismaster', 'saslStart', 'saslContinue'];

/** Cases that find no server fail soon, ms. */
const SELECTION_MS = 5000;

/** Parts of events that are documents. */
const DOCUMENTS = ['command', 'reply'];

export interface SeenEvent {
  /** As the specification names it: `commandStartedEvent`. */
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
}

/** Whether an event is about commands or about connections. */
export function kindOf(name: string): 'command' | 'cmap' {
  return name in COMMAND_EVENTS ? 'command' : 'cmap';
}

/** A client of a case, and what was seen of it. */
export class ObservedClient {
  readonly client: MongoClient;
  readonly events: SeenEvent[] = [];
  #checkedOut = 0;

  /** @param entity what a case says of the client */
  constructor(uri: string, entity: Document) {
    const { observeEvents = [], ignoreCommandMonitoringEvents = [], uriOptions, serverApi } = entity;
    this.client = new MongoClient(withOptions(uri, uriOptions), {
      monitorCommands: true,
      serverSelectionTimeoutMS: SELECTION_MS,
      ...(serverApi === undefined
        ? {}
        : { serverApi: serverApi as NonNullable<MongoClientOptions['serverApi']> }),
    });
    const ignored = new Set<string>([...NEVER_OBSERVED, ...(ignoreCommandMonitoringEvents as string[])]);
    for (const name of observeEvents as string[]) {
      const event = EVENTS[name];
      if (event === undefined) throw new Error(`The runner knows no event '${name}'.`);
      this.client.on(event, (seen: object) => {
        if (!('commandName' in seen) || !ignored.has(String(seen.commandName))) this.#see(name, seen);
      });
    }
    this.client.on('connectionCheckedOut', () => (this.#checkedOut += 1));
    this.client.on('connectionCheckedIn', () => (this.#checkedOut -= 1));
  }

  #see(name: string, seen: object): void {
    const event = { ...seen } as Record<string, unknown>;
    for (const key of DOCUMENTS) if (key in event) event[key] = copy(event[key]);
    this.events.push({ name, event });
  }

  get connectionsCheckedOut(): number {
    return this.#checkedOut;
  }

  /** The last commands that were sent, oldest first. */
  lastCommands(count: number): Document[] {
    return this.events
      .filter(({ name }) => name === 'commandStartedEvent')
      .slice(-count)
      .map(({ event }) => event['command'] as Document);
  }
}

function withOptions(uri: string, options: Document = {}): string {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, String(value));
  return url.href;
}

/** The driver goes on changing what it has sent, such as the read concern that the commands of a transaction share. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copy(item)]));
  return isFields(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]))
    : value;
}
