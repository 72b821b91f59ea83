import { tryGuide } from '../testing/guide/try-guide';

for (const name of ['merge-and-undo', 'time-travel', 'performance', 'operations', 'rollout'])
  await tryGuide(`guides/${name}.md`);
