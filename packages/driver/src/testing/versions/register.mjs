import { register } from 'node:module';

register('./resolve-as.mjs', import.meta.url);
