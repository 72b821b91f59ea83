import { tryGuide } from '../testing/guide/try-guide';

await tryGuide('migration.md');
