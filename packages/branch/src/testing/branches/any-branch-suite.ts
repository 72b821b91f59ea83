import { BranchUser } from './branch-user';
import { CONTENTS } from './contents';
import { LIFECYCLE } from './lifecycle';
import { PROJECTS } from './projects';
import { RACES } from './races';
import { REFUSALS } from './refusals';
import type { BranchSubject } from './subject';

/** What every branch service must do. Declares the tests with the framework that the subject brings. */
export function anyBranchSuite(subject: BranchSubject): void {
  const { describe, it } = subject.test;
  describe(`${subject.name} keeps what branch services promise`, () => {
    const tests = {
      ...LIFECYCLE,
      ...REFUSALS,
      ...CONTENTS,
      ...RACES,
      ...(subject.projects === 'none' ? {} : PROJECTS),
    };
    for (const [name, body] of Object.entries(tests)) {
      it(name, async () => {
        const user = new BranchUser(subject, subject.stage());
        try {
          await body(user);
        } catch (error) {
          // What failed is the better error.
          await user.cleanUp().catch(() => undefined);
          throw error;
        }
        await user.cleanUp();
        await subject.settled?.();
      });
    }
  });
}
