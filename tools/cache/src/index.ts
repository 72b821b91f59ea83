export { cacheFolders, writableCacheFolder } from './folders';
export { inCi } from './in-ci';
