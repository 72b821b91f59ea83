import { mongodSetup, sharedTests } from '../../vitest.shared.ts';

export default sharedTests({ globalSetup: [mongodSetup] });
