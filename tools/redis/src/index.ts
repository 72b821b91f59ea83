export { RedisNotFoundError } from './errors';
export { findRedis } from './find';
export { type RedisForTests, redisOrSkip } from './or-skip';
export { type RedisServer, type StartRedisOptions, startRedis } from './start';
