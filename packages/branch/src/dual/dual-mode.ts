import type { ArgonHandler } from '../commands/argon-handler';
import type { Flags } from '../flags/flags';
import { LegacyDatabase } from '../prefix/connection/legacy-database';
import { PrefixHandler } from '../prefix/handler/prefix-handler';
import { BranchDirectory } from '../prefix/service/branch-directory';
import { WalBranchService } from '../wal-mode/wal-branch-service';
import { dualCommands } from './branch-commands';
import type { Crossing, Shadow } from './contract';
import { DualBranchService } from './dual-branch-service';
import { DualHandler } from './dual-handler';
import { legacyServiceOf } from './in-log';
import { Sides } from './sides';
import { Turns } from './turns';

export interface DualModeOptions {
  /** The log, with Argon's own commands. */
  readonly log: ArgonHandler;
  /** Where the legacy database is: `mongodb://…/db`. */
  readonly legacy: string;
  /**
   * The project whose branches lie there. Default: the one that the database's collection `projects` has, if it is one; else
   * the database's name.
   */
  readonly project?: string;
  /** What decides between the two sides, asked for each command. */
  readonly flags: () => Flags;
  /** Makes what moves data between the two sides; without it, nothing that needs that can be done. */
  readonly crossing?: (parts: CrossingParts) => Crossing;
  /** Makes what compares reads of both sides; without it, none are compared. */
  readonly shadow?: (parts: CrossingParts, flags: () => Flags) => Shadow;
  /** Told when a branch could not be brought to where the flags want it; it is tried again. */
  readonly turnFailed?: (branch: string, error: unknown) => void;
  /** For how long what is known of the branches may be used, ms. Default 1,000. */
  readonly refreshMs?: number;
}

/** What a crossing works on. */
export interface CrossingParts {
  readonly log: ArgonHandler;
  readonly directory: BranchDirectory;
}

/** A log and a legacy database attached to it: one handler and one service over the branches of both. */
export class DualMode {
  private constructor(
    readonly handler: DualHandler,
    readonly branches: DualBranchService,
    readonly sides: Sides,
    private readonly turns: Turns | undefined,
    private readonly crossing: Crossing | undefined,
    private readonly shadow: Shadow | undefined,
  ) {}

  /** @throws LegacyAddressError, LegacyUnreachableError */
  static async open(options: DualModeOptions): Promise<DualMode> {
    const { log, flags, refreshMs } = options;
    const database = await LegacyDatabase.open(options.legacy);
    try {
      const project = options.project ?? (await projectOf(database));
      const directory = new BranchDirectory(database, project, refreshMs === undefined ? {} : { refreshMs });
      const crossing = options.crossing?.({ log, directory });
      const turns =
        crossing === undefined ? undefined : new Turns(crossing, options.turnFailed ?? (() => undefined));
      const { store, materializer } = log.engine;
      const sides = new Sides(directory, store, flags, turns);
      const branches = new DualBranchService({
        log: new WalBranchService(store, materializer),
        legacy: legacyServiceOf({ log, directory }),
        sides,
        store,
        crossing,
      });
      const prefixed = new PrefixHandler(directory);
      const shadow = options.shadow?.({ log, directory }, flags);
      const commands = dualCommands(branches);
      const handler = new DualHandler({ log, prefixed, sides, commands, shadow });
      return new DualMode(handler, branches, sides, turns, crossing, shadow);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** The project whose branches may be prefixed collections. */
  get project(): string {
    return this.sides.directory.project;
  }

  /** Where the legacy database is, without secrets. */
  get location(): string {
    return this.sides.directory.database.location;
  }

  /** Brings every branch to where the flags want it, and waits for that; what fails is told of as always. */
  async settle(): Promise<void> {
    const listed = (await this.branches.list(this.project)).map(({ name }) => name);
    const recorded = (await this.sides.directory.known()).branches.keys();
    for (const name of new Set([...listed, ...recorded])) await this.sides.of(name);
    await this.turns?.settled();
  }

  /** Stops turns that are under way, and lets go of the legacy database. The log stays open. */
  async close(): Promise<void> {
    this.turns?.stop();
    await this.crossing?.close();
    await this.turns?.settled();
    await this.shadow?.close();
    await this.sides.directory.database.close();
  }
}

async function projectOf(database: LegacyDatabase): Promise<string> {
  const projects = await database.db.collection('projects').find({}).limit(2).toArray();
  const [only] = projects;
  return projects.length === 1 && typeof only!['name'] === 'string' ? only!['name'] : database.name;
}
