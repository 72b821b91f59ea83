import { join } from 'node:path';
import {
  keyOf,
  type AbsentFigure,
  type Figure,
  type StoreKind,
  type Target,
  type Unit,
} from '../figures/figure';
import { inChild } from '../child/ask';
import { storedBytes } from '../peers/mongod';
import type { Peers } from '../peers/peers';
import { interval, ratioInterval } from '../stats/bootstrap';
import { statisticOf, summarize, thinned, type Statistic } from '../stats/summary';
import { openArgon, type Argon, type ArgonOptions } from '../subjects/argon';
import type { Fixtures } from '../subjects/fixtures';
import type { LongHistory } from '../subjects/history';

/** Where a scenario measures, and where it puts what it found. Everything it opened is closed after it. */
export interface BenchSetting {
  readonly scenario: string;
  readonly store: StoreKind;
  /** Documents. */
  readonly size: number;
  /** Fewer samples: to see that everything works, not to learn a figure. */
  readonly quick: boolean;
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  readonly peers: Peers;
  readonly fixtures: Fixtures;
  readonly record: (figure: Figure) => void;
  readonly say: (line: string) => void;
}

export interface Described {
  /** Default `Argon`. */
  readonly subject?: string;
  readonly target?: Target;
  readonly note?: string;
}

const MOST_SAMPLES = 500;

export class Bench {
  readonly #setting: BenchSetting;
  readonly #cleanups: (() => Promise<unknown>)[] = [];
  #stores = 0;

  constructor(setting: BenchSetting) {
    this.#setting = setting;
  }

  get size(): number {
    return this.#setting.size;
  }

  get store(): StoreKind {
    return this.#setting.store;
  }

  get quick(): boolean {
    return this.#setting.quick;
  }

  get peers(): Peers {
    return this.#setting.peers;
  }

  get folder(): string {
    return this.#setting.folder;
  }

  say(line: string): void {
    this.#setting.say(line);
  }

  /** Samples to take: as many as asked, or a fifth of them (at least 5) in a hurry. */
  samples(asked: number): number {
    return this.quick ? Math.min(asked, Math.max(5, Math.ceil(asked / 5))) : asked;
  }

  /** Does this when the scenario is over, whether it went well or not; the last first. */
  finally(cleanup: () => Promise<unknown>): void {
    this.#cleanups.push(cleanup);
  }

  /** An empty store. */
  async empty(options: ArgonOptions = {}): Promise<Argon> {
    return this.open(this.newAddress(), options);
  }

  /** A store that holds the first `size` people. */
  async filled(options: ArgonOptions = {}): Promise<Argon> {
    return this.open(await this.filledAddress(), options);
  }

  /** The address of a store that holds the first `size` people and that nobody has open. */
  async filledAddress(): Promise<string> {
    const address = this.newAddress();
    await this.#setting.fixtures.fill(address, this.size, (line) => this.say(line));
    return address;
  }

  /** The address of a store that is not there yet. */
  newAddress(): string {
    const name = `store-${this.#stores++}`;
    if (this.store === 'lmdb') return `lmdb:${join(this.folder, name)}`;
    const { mongod } = this.peers;
    if (mongod === undefined) throw new Error('The MongoDB store needs a mongod.');
    const database = `argon_bench_${process.pid}_${name.replace('-', '_')}`;
    this.finally(() => mongod.client.db(database).dropDatabase());
    return mongod.address(database);
  }

  /** A store with a history of `size` entries over a tenth as many people; one of them has a thousand versions. */
  async withHistory(): Promise<{ readonly argon: Argon; readonly history: LongHistory }> {
    const address = this.newAddress();
    const say = (line: string): void => this.say(line);
    const history = await this.#setting.fixtures.fillWithHistory(address, this.size, say);
    return { argon: await this.open(address), history };
  }

  async open(address: string, options: ArgonOptions = {}): Promise<Argon> {
    const argon = await openArgon(address, options);
    this.finally(() => argon.close());
    return argon;
  }

  /**
   * What the data of a store that nobody has open takes: on LMDB, without free pages of the file; on MongoDB, as mongod
   * tells it.
   */
  usedBytes(address: string): Promise<number> {
    if (this.store === 'mongodb')
      return storedBytes(this.peers.mongod!.client.db(new URL(address).pathname.slice(1)));
    return inChild('usedBytes', { store: address.slice('lmdb:'.length) });
  }

  /** Records a distribution of times (or what `unit` says) and judges one statistic of it. */
  distribution(
    name: string,
    samples: readonly number[],
    described: Described & { readonly statistic?: Statistic; readonly unit?: Unit } = {},
  ): void {
    const { statistic = 'p50', unit = 'ms' } = described;
    this.#setting.record({
      ...this.#named(name, described),
      kind: 'measured',
      unit,
      statistic,
      value: statisticOf(samples, statistic),
      summary: summarize(samples),
      ...(samples.length >= 5 ? { interval: interval(samples, statistic) } : {}),
      samples: thinned(samples, MOST_SAMPLES).map((each) => Number(each.toPrecision(6))),
    });
  }

  /** Records something that was measured once. */
  value(name: string, unit: Unit, value: number, described: Described = {}): void {
    this.#setting.record({
      ...this.#named(name, described),
      kind: 'measured',
      unit,
      statistic: 'value',
      value,
    });
  }

  /** Records the ratio of two medians. */
  ratio(
    name: string,
    over: readonly number[],
    under: readonly number[],
    described: Described & { readonly subject: string },
  ): void {
    this.#setting.record({
      ...this.#named(name, described),
      kind: 'measured',
      unit: 'ratio',
      statistic: 'value',
      value: statisticOf(over, 'p50') / statisticOf(under, 'p50'),
      interval: ratioInterval(over, under),
    });
  }

  /** Records that there is no figure, and why. */
  absent(name: string, why: AbsentFigure['why'], note: string, subject = 'Argon'): void {
    this.#setting.record({ ...this.#named(name, { subject, note }), kind: 'absent', why });
  }

  /** Closes what was opened. */
  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  #named(name: string, described: Described) {
    const { scenario, store, size } = this.#setting;
    const { subject = 'Argon', target, note } = described;
    const parts = { scenario, store, size, name, subject };
    return {
      ...parts,
      key: keyOf(parts),
      ...(target === undefined ? {} : { target }),
      ...(note === undefined ? {} : { note }),
    };
  }
}
