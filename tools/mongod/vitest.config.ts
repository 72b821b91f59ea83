import { sharedTests } from '../../vitest.shared';

export default sharedTests();
