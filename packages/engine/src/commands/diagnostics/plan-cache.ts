import { okReply } from '../../handler/reply';
import { CommandDefinition } from '../definition';

/** Each query is planned anew: there is nothing to clear, and no filter set. */
export const planCacheClearCommand = new CommandDefinition({
  name: 'planCacheClear',
  help: 'Forgets plans; none are kept.',
  run: () => okReply(),
});

export const planCacheClearFiltersCommand = new CommandDefinition({
  name: 'planCacheClearFilters',
  help: 'Forgets index filters; there are none.',
  run: () => okReply(),
});

export const planCacheListFiltersCommand = new CommandDefinition({
  name: 'planCacheListFilters',
  help: 'The index filters; there are none.',
  run: () => okReply({ filters: [] }),
});
