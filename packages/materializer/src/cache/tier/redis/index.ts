export { type RedisCacheOptions, RedisCache } from './redis-cache';
