export { mongoshOrSkip, pymongoOrSkip, type Client } from './clients';
