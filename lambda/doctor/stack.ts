import { type Check, ok, problem, unknown } from './check.ts';

const SOUND = /^(CREATE|UPDATE|IMPORT)_COMPLETE$/;

/** The stack is deployed, and its last deployment went through. */
export const stackCheck: Check = {
  id: 'stack',
  title: 'the stack and its outputs',
  run: async ({ stack, region, watched, watchedUnknown }) => [
    SOUND.test(stack.status)
      ? ok(`${stack.name} in ${region} (${stack.status}) watches ${watched.join(', ')}`)
      : problem(
          `${stack.name} in ${region} is in state ${stack.status}`,
          'look at its events (aws cloudformation describe-stack-events) and deploy it again',
        ),
    ...(watchedUnknown === null
      ? []
      : [
          unknown(
            `which regions it watches: ${watchedUnknown}`,
            `allow it (docs/iam-doctor.json); until then only ${region} is looked at here`,
          ),
        ]),
  ],
};
