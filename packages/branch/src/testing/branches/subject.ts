import type { CommandHandler } from '@argon/engine';
import type { TestFramework } from '@argon/wal/testing';
import type { AnyBranchService } from '../../dual/contract';
import type { BranchType } from '../../flags/flags';

/** A branch service that may have no say in projects. */
export type BranchesUnderTest = Omit<AnyBranchService, 'createProject' | 'deleteProject'> &
  Partial<Pick<AnyBranchService, 'createProject' | 'deleteProject'>>;

/** A project with an empty branch `main`, and what is done to it. */
export interface BranchStage {
  readonly project: string;
  readonly service: BranchesUnderTest;
  /** One that shares nothing with the first but the data, as in another process. */
  readonly another: BranchesUnderTest;
  /** What reads and writes branches, beside the first service. */
  readonly handler: CommandHandler;
}

/** A branch service that is to be tested, and where it differs from others by design. */
export interface BranchSubject {
  readonly name: string;
  /** What the branches are that it makes. A traditional one keeps its name, for its collections bear it. */
  readonly type: BranchType;
  /** Whether it has to be told of which type a new branch is, for `main` is of the other one. */
  readonly isTold?: boolean;
  /**
   * Whether branches are made by copying. That takes time and may fail, so who wants a name meanwhile is told that it is
   * busy, where the log decides at once who has it.
   */
  readonly copies: boolean;
  /**
   * What becomes of the project when it is deleted. It is `gone`; or `empty`, for as long as a legacy database is attached
   * its project is there; or it is `kept`, for prefixed collections are not Argon's to delete as a whole. `none`: the
   * service has no say in projects, for a legacy database is one, which is there.
   */
  readonly projects: 'gone' | 'empty' | 'kept' | 'none';
  /** What the tests work on, one after the other: opened before the first and closed after the last. */
  stage(): BranchStage;
  /** After each test, when only `main` is left, and empty. */
  settled?(): Promise<void>;
  readonly test: TestFramework;
}
