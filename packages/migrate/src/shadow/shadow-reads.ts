import { setTimeout as sleep } from 'node:timers/promises';
import type { Flags } from '@argon/branch';
import { standbyNameOf, type CrossingParts, type Shadow } from '@argon/branch/dual';
import { PrefixHandler } from '@argon/branch/prefix';
import { stringifyEjson, type Doc, type Value } from '@argon/bson';
import { Command, formatAddress, type CommandContext, type CommandDocument, type Reply } from '@argon/engine';
import { NOBODY } from '@argon/wal';
import { readConcern } from '../site/read-concern';
import { answerOf, isSame } from './answer';
import { questionOf, readsDocuments, type Question } from './question';
import { shownOf, type Shown } from './shown';
import { addToTally, type Counts } from './tally';

/** Reads that wait to be compared; those that come while so many do are let go. */
const MAX_WAITING = 32;
/** How often what was found is written down, ms. */
const WRITE_EVERY = 2000;
/** How long those that wait have when it is closed, ms. */
const LAST_WORDS = 2000;
/** What a read may take of mongod, ms. */
const MAX_TIME = 5000;
const CONTEXT: CommandContext = { connectionId: 0, actor: NOBODY };

/**
 * Asks both sides of a branch that is being migrated what a program has just asked the old one, and counts how often they
 * agree. Both are asked anew, of one moment: what the log holds, and mongod's snapshot of the time that it has come to. So
 * answers never differ because something was written between the two, and what differs will differ after the switch.
 *
 * Beside the work that goes on, one read at a time; nobody waits for it, and no program sees an error of it.
 */
export class ShadowReads implements Shadow {
  readonly #prefixed: PrefixHandler;
  readonly #counts = new Map<string, Counts>();
  readonly #writing: NodeJS.Timeout;
  #underWay: Promise<void> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor(
    private readonly parts: CrossingParts,
    private readonly flags: () => Flags,
  ) {
    this.#prefixed = new PrefixHandler(parts.directory);
    this.#writing = setInterval(() => void this.#write().catch(() => undefined), WRITE_EVERY);
    this.#writing.unref();
  }

  saw(command: CommandDocument, branch: string): void {
    const { shadowReads } = this.flags();
    // Of 100, whichever: it is a sample.
    if (shadowReads === 0 || Math.random() * 100 >= shadowReads) return;
    if (this.#closed || this.#waiting >= MAX_WAITING || !readsDocuments(command)) return;
    // Now: the command's bytes are its sender's again when it has been answered.
    const question = questionOf(command);
    this.#waiting++;
    this.#underWay = this.#underWay
      .then(() => (this.#closed ? undefined : this.#compare(branch, question)))
      .catch(() => this.#count(branch, 'skipped'))
      .finally(() => this.#waiting--);
  }

  /** Waits for what was seen until now, and writes down what came of it. @throws the driver's errors */
  async settled(): Promise<void> {
    await this.#underWay;
    await this.#write();
  }

  async close(): Promise<void> {
    clearInterval(this.#writing);
    // A program may have ended right after its reads.
    const enough = new AbortController();
    const time = sleep(LAST_WORDS, undefined, { signal: enough.signal }).catch(() => undefined);
    await Promise.race([this.#underWay, time]);
    enough.abort();
    this.#closed = true;
    await this.#underWay;
    await this.#write().catch(() => undefined);
  }

  async #compare(branch: string, question: Question | undefined): Promise<void> {
    const shown = await shownOf(this.parts, branch);
    if (shown === undefined) return;
    if (question === undefined) return this.#count(branch, 'skipped');
    const old = await this.#askSite(branch, question, shown);
    // Mostly a moment that mongod does not have any more, or a collection that was changed since.
    if (Number(old.get('ok')) !== 1) return this.#count(branch, 'skipped');
    const logged = await this.#askLog(branch, question, shown);
    const difference = differenceBetween(old, logged, question);
    if (difference === 'too long') return this.#count(branch, 'skipped');
    this.#count(branch, difference === undefined ? 'same' : 'different');
    if (difference === undefined) return;
    const command = stringifyEjson(question.log);
    this.#countsOf(branch).differences.push({ at: new Date(), command, problem: difference });
  }

  #askSite(branch: string, { site }: Question, { time }: Shown): Promise<Reply> {
    const asked: Doc = new Map<string, Value>([
      ...site,
      ['readConcern', readConcern(time)],
      ['maxTimeMS', MAX_TIME],
    ]);
    const { project } = this.parts.directory;
    return this.#prefixed.handle(Command.from(asked, formatAddress({ project, branch })), CONTEXT);
  }

  #askLog(branch: string, { log }: Question, { lsn }: Shown): Promise<Reply> {
    const { project } = this.parts.directory;
    const place = formatAddress({ project, branch: standbyNameOf(branch), moment: { lsn } });
    return this.parts.log.handle(Command.from(log, place), CONTEXT);
  }

  #countsOf(branch: string): Counts {
    const counts = this.#counts.get(branch) ?? { same: 0, different: 0, skipped: 0, differences: [] };
    this.#counts.set(branch, counts);
    return counts;
  }

  #count(branch: string, what: 'same' | 'different' | 'skipped'): void {
    this.#countsOf(branch)[what]++;
  }

  async #write(): Promise<void> {
    const counted = [...this.#counts];
    this.#counts.clear();
    for (const [branch, counts] of counted) {
      await addToTally(this.parts.directory.database, branch, counts);
    }
  }
}

function differenceBetween(old: Reply, logged: Reply, question: Question): string | undefined {
  if (Number(logged.get('ok')) !== 1) return `the log answers with an error: ${String(logged.get('errmsg'))}`;
  const [one, other] = [answerOf(old, question), answerOf(logged, question)];
  if (one === undefined || other === undefined) return 'too long';
  if (isSame(one, other, question)) return undefined;
  if (question.answer === 'number') return `mongod counts ${String(one[0])}, the log ${String(other[0])}`;
  if (one.length !== other.length) return `mongod finds ${one.length}, the log ${other.length}`;
  const at = one.findIndex((value, i) => !isSame([value], [other[i]!], question));
  return `mongod and the log find ${one.length} each, and differ in number ${at + 1}`;
}
