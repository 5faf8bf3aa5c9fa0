import { type Check, ok, problem } from './check.ts';

/** What is deployed is what is installed here. */
export const versionCheck: Check = {
  id: 'version',
  title: 'the version',
  run: async ({ stack, version }) => {
    const deployed = stack.outputs['Version'];
    if (deployed === undefined)
      return [
        problem(
          `the stack does not say its version, so it is older than ${version}`,
          'deploy it again: npx cdk deploy',
        ),
      ];
    return [
      deployed === version
        ? ok(`${deployed}, as here`)
        : problem(
            `${deployed} is deployed, ${version} is here`,
            'deploy this one (npx cdk deploy), or run the command of that version',
          ),
    ];
  },
};
