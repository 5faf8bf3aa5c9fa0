import { functionNameOf } from '../../model/arn.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument, modifyAttribute, printable } from '../remedies/command.ts';

const KEY = 'lambda.multi_value_headers.enabled';

export const lambdaTargetError: CauseRow = {
  id: 'lambda-target-error',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType === 'lambda')
      .slice(0, 3)
      .flatMap((group) => {
        const region = argument('REGION', bundle.region);
        const functionArn = group.targets[0]?.id ?? 'FUNCTION';
        const name = functionNameOf(functionArn);
        const before = group.attributes[KEY] ?? 'false';
        return [
          {
            title: `Look at the errors, timeouts and throttles of the function behind ${printable(group.name)}`,
            why: 'the load balancer answers 502 when the function fails, is throttled, runs into its timeout, answers more than 1 MB, or not in the shape {statusCode, headers, body}. Side effect: none, looking changes nothing.',
            commands: [
              `aws logs tail ${argument('LOG_GROUP', `/aws/lambda/${name}`)} --region ${region} --since 3h --filter-pattern '?ERROR ?"Task timed out" ?Exception'`,
              `aws lambda get-function-configuration --region ${region} --function-name ${argument('FUNCTION', functionArn)} --query '[Timeout,MemorySize]'`,
            ],
            rollback: ['point the alias of the function back to the version of before'],
          },
          {
            title: `Check that the answer's shape fits ${KEY}=${printable(before)} of ${printable(group.name)}`,
            why: `with true the function must answer multiValueHeaders, with false headers. Side effect: the event that the function receives changes its shape as well.`,
            commands: [modifyAttribute(group.arn, KEY, before === 'true' ? 'false' : 'true')],
            rollback: [modifyAttribute(group.arn, KEY, before)],
          },
        ];
      }),
};
