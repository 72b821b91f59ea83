import { isDocumentOperation, isRefOperation, type Entry } from '@argon/wal';
import type { Value } from '@argon/bson';
import type { EntriesPart, Timelines } from '../log/branch-log';
import { cappedRename, inCapped, isSilent } from './capped-events';
import { catalogEvents } from './catalog-events';
import { stateBefore, uuidValue, type EventContext } from './context';
import { documentEvents } from './document-events';
import type { ChangeEvent } from './event';

/** Makes the events of parts, one part after the other. */
export class PartEvents {
  /** `collectionUUID` of collections, as long as nothing happens to them. */
  readonly #uuids = new Map<string, Value | undefined>();

  constructor(
    private readonly context: EventContext,
    private readonly timelines: Timelines,
  ) {}

  async of(part: EntriesPart): Promise<ChangeEvent[]> {
    const { context } = this;
    const entries = part.entries.slice(part.from, part.to);
    const told = entries.filter((entry) => !isSilent(context, part, entry));
    const changes = await documentEvents(context, this.timelines, part, told);
    const events: ChangeEvent[] = [];
    let next = 0;
    for (const [i, entry] of entries.entries()) {
      const n = part.from + i;
      if (isDocumentOperation(entry.operation)) {
        const event = changes[next];
        if (event?.place.at === entry.lsn) {
          next += 1;
          events.push(inCapped(context, part, entry, await this.#withUuid(event, part, n, entry)));
        }
      } else if (!isRefOperation(entry.operation) || entry.operation === 'delete_branch') {
        this.forget();
        if (!isSilent(context, part, entry)) events.push(...(await catalogEvents(context, part, n)));
      }
      events.push(...(await cappedRename(context, part, n)));
    }
    return events;
  }

  /** After what may have made other collections of those that were known. */
  forget(): void {
    this.#uuids.clear();
  }

  async #withUuid(event: ChangeEvent, part: EntriesPart, n: number, entry: Entry): Promise<ChangeEvent> {
    const { context } = this;
    if (!context.options.showExpandedEvents) return event;
    const { collection } = entry;
    if (!this.#uuids.has(collection)) {
      const catalog = (await stateBefore(context, part, n)).collections.get(collection)?.catalog;
      this.#uuids.set(collection, catalog && uuidValue(catalog.uuid));
    }
    const uuid = this.#uuids.get(collection);
    return uuid === undefined ? event : { ...event, collectionUuid: uuid };
  }
}
