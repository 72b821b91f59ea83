export { ArgonClient, type ArgonClientOptions } from './client/argon-client';
export type { ArgonCollection } from './client/argon-collection';
export { ArgonDb } from './client/argon-db';
export { openBackend, type Backend, type BackendOptions, type StoreLike } from './client/backend';
export type { DatabaseDifference, DiffOptions } from './diff/database-diff';
export { NoEngineError } from './diff/errors';
export { InvalidMomentError } from './moment/errors';
