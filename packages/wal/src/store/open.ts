import { StoreModuleMissingError, UnknownStoreAddressError } from './errors';
import type { Store } from './store';

export interface OpenStoreOptions {
  /** Whether a store that is not there may be made; false throws StoreNotFoundError. Default true. */
  readonly create?: boolean;
}

/**
 * Opens the store at an address: `memory:`, `lmdb:./path`, a path to a `.argon` folder, or `mongodb://…/argon_wal`
 * (`mongodb+srv://` too). The adapters load on demand; `lmdb` and `mongodb` are optional peer dependencies.
 * @throws UnknownStoreAddressError, StoreModuleMissingError, StoreNotFoundError, and the adapters' own errors
 */
export async function openStore(address: string, options: OpenStoreOptions = {}): Promise<Store> {
  if (address === 'memory:') {
    const { MemoryStore } = await import('./memory/index');
    return new MemoryStore();
  }
  if (/^mongodb(\+srv)?:\/\//.test(address)) {
    const { openMongoStore } = await load('mongodb', 'mongodb', () => import('./mongodb/index'));
    return openMongoStore(address, options);
  }
  const path = address.startsWith('lmdb:') ? address.slice('lmdb:'.length) : argonFolder(address);
  if (path === undefined || path === '') throw new UnknownStoreAddressError(address);
  const { openLmdbStore } = await load('lmdb', 'lmdb', () => import('./lmdb/index'));
  return openLmdbStore(path, options);
}

/** The address itself if it is a path whose last part is `.argon` or ends so. */
function argonFolder(address: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]+:/i.test(address)) return undefined;
  return /\.argon[\\/]*$/.test(address) ? address : undefined;
}

async function load<T>(kind: string, module: string, importer: () => Promise<T>): Promise<T> {
  try {
    return await importer();
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
    if (missing && String(error).includes(`'${module}'`))
      throw new StoreModuleMissingError(kind, module, error);
    throw error;
  }
}
