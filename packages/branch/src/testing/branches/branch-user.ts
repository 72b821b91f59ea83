import assert from 'node:assert/strict';
import { decodeDocument, encodeDocument, fromDoc, type Doc } from '@argon/bson';
import { Command, DEFAULT_BRANCH, formatAddress } from '@argon/engine';
import { NOBODY, type ArgonError } from '@argon/wal';
import type { AnyBranch, CreateAnyOptions } from '../../dual/contract';
import type { BranchStage, BranchSubject } from './subject';

type Plain = Record<string, any>;

/** Who makes branches in a test, and works on them. */
export class BranchUser {
  constructor(
    readonly subject: BranchSubject,
    readonly stage: BranchStage,
  ) {}

  get service(): BranchStage['service'] {
    return this.stage.service;
  }

  create(name: string, options: CreateAnyOptions = {}, service = this.service): Promise<AnyBranch> {
    const { type, isTold = false } = this.subject;
    return service.create(this.stage.project, name, { ...(isTold ? { type } : {}), ...options }, NOBODY);
  }

  get(name: string, service = this.service): Promise<AnyBranch> {
    return service.get(this.stage.project, name);
  }

  delete(name: string, service = this.service): Promise<void> {
    return service.delete(this.stage.project, name, NOBODY);
  }

  protect(name: string, on: boolean): Promise<AnyBranch> {
    return this.service.protect(this.stage.project, name, on, NOBODY);
  }

  expire(name: string, at: number | null): Promise<AnyBranch> {
    return this.service.expire(this.stage.project, name, at, NOBODY);
  }

  /** The names of all branches, sorted. */
  async names(service = this.service): Promise<readonly string[]> {
    return (await service.list(this.stage.project)).map(({ name }) => name).sort();
  }

  /** A command's reply on a branch, errors too. */
  async ask(branch: string, command: Plain): Promise<Plain> {
    const database = formatAddress({ project: this.stage.project, branch });
    const context = { connectionId: 1, actor: NOBODY };
    const reply = await this.stage.handler.handle(Command.from(command, database), context);
    return fromDoc(decodeDocument(encodeDocument(reply as Doc)));
  }

  /** As `ask`, of what has to succeed. */
  async run(branch: string, command: Plain): Promise<Plain> {
    const reply = await this.ask(branch, command);
    const told = JSON.stringify(reply, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    assert.ok(Number(reply['ok']) === 1 && reply['writeErrors'] === undefined, told);
    return reply;
  }

  /** MongoDB's code of what has to fail: of the command, or of its first write. */
  async failure(branch: string, command: Plain): Promise<unknown> {
    const reply = await this.ask(branch, command);
    return (reply['writeErrors'] as { code: number }[] | undefined)?.[0]?.code ?? reply['code'];
  }

  async insert(branch: string, ...documents: readonly Plain[]): Promise<void> {
    await this.run(branch, { insert: 'items', documents });
  }

  /** `_id`s of what collection `items` of a branch holds, sorted. */
  async ids(branch: string = DEFAULT_BRANCH): Promise<readonly unknown[]> {
    return (await this.batch(branch, { find: 'items', sort: { _id: 1 }, batchSize: 1_000_000 })).map(
      ({ _id }) => _id as unknown,
    );
  }

  /** The first batch of what a command gives. */
  async batch(branch: string, command: Plain): Promise<readonly Plain[]> {
    const { cursor } = await this.run(branch, command);
    return (cursor as { firstBatch: Plain[] }).firstBatch;
  }

  /** Leaves what a test found: `main`, and empty. */
  async cleanUp(): Promise<void> {
    for (const branch of await this.service.list(this.stage.project)) {
      if (branch.protected) await this.protect(branch.name, false);
      if (branch.name !== DEFAULT_BRANCH) await this.delete(branch.name);
    }
    await this.expire(DEFAULT_BRANCH, null);
    await this.run(DEFAULT_BRANCH, { dropDatabase: 1 });
  }
}

/** Fails unless a promise is rejected with an error of this class, which has a code and says which it is. */
export async function refused(
  asked: Promise<unknown>,
  kind: abstract new (...parts: never[]) => ArgonError,
): Promise<void> {
  await assert.rejects(asked, (error) => {
    assert.ok(error instanceof kind, `${kind.name} was expected, and this came: ${String(error)}`);
    assert.match(error.code, /^ARGON_/);
    return true;
  });
}
