export {
  CommitOutcomeUnknownError,
  StoreAddressError,
  StoreAuthenticationError,
  StoreForbiddenError,
  StoreServerError,
  StoreUnreachableError,
} from './errors';
export { MongoStore } from './mongo-store';
export { type MongoStoreOptions, openMongoStore } from './open';
