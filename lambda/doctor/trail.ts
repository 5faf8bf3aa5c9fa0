import { RemoteError } from '../model/failure.ts';
import { readTrails } from '../observe/trail.reader.ts';
import { type Check, type CheckResult, ok, problem, unknown } from './check.ts';

const WITHOUT =
  'changes are then seen only at the next configuration check (postureHours), and who made them only later; create a trail that records management events and logs in all regions';

/** Where no trail logs, CloudTrail sends EventBridge no event of an API call, and nobody is told. */
export const trailCheck: Check = {
  id: 'trail',
  title: 'a CloudTrail trail that logs, in each region',
  run: async ({ watched, options }) =>
    Promise.all(
      watched.map(async (region): Promise<CheckResult> => {
        try {
          const trails = await readTrails(region, options);
          const logging = trails.filter((trail) => trail.logging);
          const sure = logging.find(({ recordsChanges }) => recordsChanges === true);
          if (sure) return ok(`${region}: ${sure.arn} logs changes`);
          const maybe = logging.find(({ recordsChanges }) => recordsChanges === null);
          if (maybe)
            return unknown(
              `${region}: ${maybe.arn} logs, but whether it records changes cannot be seen from this account`,
              'ask whoever keeps the trail of the organisation whether it records management events that write',
            );
          return problem(
            `${region}: ${trails.length === 0 ? 'no trail' : 'no trail that logs changes'}`,
            WITHOUT,
          );
        } catch (error) {
          if (!(error instanceof RemoteError)) throw error;
          return unknown(`${region}: ${error.message}`, 'allow it (docs/iam-doctor.json)');
        }
      }),
    ),
};
