export { findMongod } from './find/find';
export { startMongod, type MongodServer, type StartMongodOptions } from './server/start';
export { sharedMongod } from './server/shared';
export { mongodOrSkip } from './server/or-skip';
export { MongodNotFoundError } from './errors';
