import type { CommandDocument, Reply } from '../handler/contract';
import { CommandError } from '../handler/errors';
import type { Operation } from '../handler/operation';

/** Fields that every command may have; the driver adds most of them. */
const GENERIC = new Set([
  '$db',
  'lsid',
  'txnNumber',
  'stmtId',
  'stmtIds',
  'autocommit',
  'startTransaction',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'maxTimeMS',
  'maxTimeMSOpOnly',
  'comment',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  '$audit',
  '$client',
  'mayBypassWriteBlocking',
]);

export interface CommandSpecification {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, for `listCommands`. */
  readonly help: string;
  /** Fields beyond the name and the generic ones; absent: any field is let through, as mongod does for old commands. */
  readonly fields?: readonly string[];
  /** It is refused in any other database than `admin`. */
  readonly adminOnly?: boolean;
  readonly run: (operation: Operation) => Promise<Reply> | Reply;
}

/** A command as the table holds it. */
export class CommandDefinition {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly help: string;
  readonly run: (operation: Operation) => Promise<Reply> | Reply;
  readonly adminOnly: boolean;
  readonly #fields: ReadonlySet<string> | undefined;

  constructor(specification: CommandSpecification) {
    this.name = specification.name;
    this.aliases = specification.aliases ?? [];
    this.help = specification.help;
    this.run = specification.run;
    this.adminOnly = specification.adminOnly === true;
    this.#fields = specification.fields === undefined ? undefined : new Set(specification.fields);
  }

  /** @throws CommandError for a field mongod would not know, or a feature that is not there yet */
  check(command: CommandDocument): void {
    if (this.adminOnly && command.database !== 'admin') {
      throw new CommandError('Unauthorized', `${this.name} may only be run against the admin database.`);
    }
    const fields = command.fields();
    if (this.#fields === undefined) return;
    for (let i = 1; i < fields.length; i++) {
      const field = fields[i]!;
      if (!this.#fields.has(field) && !GENERIC.has(field)) {
        throw new CommandError(40415, `BSON field '${this.name}.${field}' is an unknown field.`);
      }
    }
  }
}
