export { Command } from './handler/command';
export type { CommandContext, CommandDocument, CommandHandler, Reply } from './handler/contract';
export { WalEngine, type WalEngineOptions } from './handler/engine';
export { CommandError, MONGO_CODES, type CommandErrorOptions, type MongoCodeName } from './handler/errors';
export {
  DEFAULT_BRANCH,
  formatAddress,
  isSystemDatabase,
  parseAddress,
  type Address,
  type Moment,
} from './handler/address';
export { Histogram } from './perf/histogram';
export { COMMAND_KINDS, PerfCounts, type CommandKind, type Counter, type Timed } from './perf/counts';
export { PerfRecorder, type PerfRecorderOptions } from './perf/recorder';
export { readPerf, type MinutePerf, type PerfReport, type ProcessPerf } from './perf/report';
export { commandFromParts, commandFromSections } from './handler/message';
export { compileFilter, type FilterOptions, type Matcher } from './match/compile';
export { partialMatcher } from './match/partial';
export { keySources } from './view/key-sources';
export { errorReply, okReply, toCommandError } from './handler/reply';
export { CollectionView, type DocumentSource, type StoredRecord } from './view/collection-view';
export type { Draft } from './write/draft';
export type { Work, WriteOptions } from './write/branch-writer';
export {
  isSimpleCollation,
  keptIndexes,
  keptOptions,
  keptView,
  type Kept,
} from './commands/kept-definitions';
export { CommandDefinition, type CommandSpecification } from './commands/definition';
export { cursorReply, type CursorRequest } from './commands/cursor-reply';
export { batchSizeOf } from './commands/list';
export { Expiry, type ExpiryOptions, type ExpiryReport } from './expiry/expiry';
export { EXPIRY_ACTOR } from './expiry/expire-branch';
export { FIRST_BATCH, type DocumentStream } from './handler/cursors';
export { Operation } from './handler/operation';
