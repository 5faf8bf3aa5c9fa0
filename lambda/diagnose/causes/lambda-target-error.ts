import { functionNameOf } from '../../model/arn.ts';
import type { OwnedAction, OwnerKind } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { CauseRow } from '../cause-row.ts';
import { writtenChange } from '../remedies/attribute-change.ts';
import { argument, printable } from '../remedies/command.ts';
import { ownerOfTargetGroup } from '../remedies/owners.ts';

const KEY = 'lambda.multi_value_headers.enabled';

interface Behind {
  readonly group: TargetGroup;
  readonly functionArn: string | null;
  readonly isMultiValue: boolean;
  readonly owner: OwnerKind;
}

const functionOption = ({ functionArn }: Behind): string =>
  `--function-name ${functionArn === null ? 'FUNCTION' : argument('FUNCTION', functionArn)}`;

/** A remark where the function is left to fill in. */
const functionRemark = ({ functionArn }: Behind): readonly string[] =>
  functionArn === null ? ['# FUNCTION: the function registered in the target group'] : [];

function lookAtErrors(bundle: EvidenceBundle, behind: Behind): OwnedAction {
  const region = argument('REGION', bundle.region);
  const name = behind.functionArn === null ? 'FUNCTION' : functionNameOf(behind.functionArn);
  return {
    title: `Look at the errors, timeouts and throttles of the function behind ${printable(behind.group.name)}`,
    why: 'the load balancer answers 502 when the function throws, is throttled or times out. The access log has the reason for each. Side effect: none, it only reads.',
    commands: [
      ...functionRemark(behind),
      `aws logs filter-log-events --region ${region} --log-group-name ${argument('LOG_GROUP', `/aws/lambda/${name}`)} --start-time ${Date.parse(bundle.window.start)} --filter-pattern '?ERROR ?"Task timed out" ?Exception'`,
      `aws lambda get-function-configuration --region ${region} ${functionOption(behind)} --query '[Timeout,MemorySize,LastModified]'`,
      `aws lambda get-function-concurrency --region ${region} ${functionOption(behind)}`,
    ],
    rollback: [],
    layer: 'workload',
    owner: behind.owner,
  };
}

/**
 * A request as the load balancer sends it to a function.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
function eventFor({ group, isMultiValue }: Behind): string {
  const some = { host: 'example.com', 'x-forwarded-proto': 'https' };
  const lists = Object.fromEntries(Object.entries(some).map(([name, value]) => [name, [value]]));
  return JSON.stringify({
    requestContext: { elb: { targetGroupArn: /^[\w:/-]+$/.test(group.arn) ? group.arn : '' } },
    httpMethod: 'GET',
    path: '/',
    ...(isMultiValue
      ? { multiValueQueryStringParameters: {}, multiValueHeaders: lists }
      : { queryStringParameters: {}, headers: some }),
    body: '',
    isBase64Encoded: false,
  });
}

/** Each was the fix of a published 502: what the load balancer takes for no answer at all (`LambdaInvalidResponse`). */
const shapeRules = ({ isMultiValue }: Behind): string =>
  [
    'statusCode is a number, not "200"',
    isMultiValue
      ? 'multiValueHeaders is an object, not null, and each of its values a list of strings; headers is not read'
      : 'headers is an object, not null, and each of its values a string: no number, boolean, null or list; multiValueHeaders is not read',
    'body is a string: no object, no null',
    'isBase64Encoded is true or false, not "true"',
    'statusDescription, if there is one, is a string such as "200 OK"',
    'the whole answer is at most 1 MB',
  ].join('; ');

/** The function's own answer tells, before anything is changed. */
function lookAtAnswer(bundle: EvidenceBundle, behind: Behind): OwnedAction {
  const headers = behind.isMultiValue ? 'multiValueHeaders' : 'headers';
  return {
    title: `Look at what the function behind ${printable(behind.group.name)} answers, before you change anything`,
    why: `with ${KEY}=${behind.isMultiValue} on the group, the load balancer expects this or answers 502: ${shapeRules(behind)}. The commands show the type of each part, and the size. Side effect: the function runs once, as for a request GET /.`,
    commands: [
      ...functionRemark(behind),
      '# use the path that fails instead of "/":',
      `echo '${eventFor(behind)}' | tee event.json`,
      // A file is sent as it is by both versions of the AWS CLI.
      `aws lambda invoke --region ${argument('REGION', bundle.region)} ${functionOption(behind)} --payload fileb://event.json answer.json`,
      "jq 'map_values(type)' answer.json",
      `jq '.${headers} | map_values(type)' answer.json`,
      'wc -c answer.json',
    ],
    rollback: [],
    layer: 'workload',
    owner: behind.owner,
  };
}

/**
 * The attribute changes what the function gets as well, so it is the last resort, and only where the answer says so.
 */
function switchShape(bundle: EvidenceBundle, behind: Behind): OwnedAction {
  const { group, isMultiValue } = behind;
  const before = group.attributes[KEY] ?? 'false';
  const [has, wants] = isMultiValue ? ['headers', 'multiValueHeaders'] : ['multiValueHeaders', 'headers'];
  const after = isMultiValue ? 'false' : 'true';
  const change = { arn: group.arn, key: KEY, before, after };
  const { place, note, ...written } = writtenChange(bundle, change);
  return {
    title: `Only if that answer has ${has}: make the function answer ${wants}, or set ${KEY} of ${printable(group.name)} to ${after}${place}`,
    why: `with ${KEY}=${printable(before)} the load balancer reads ${wants} and nothing else. ${note} Side effect: the event changes its shape at the same moment, so a function that reads event.${wants} finds nothing there: change the function first.`,
    ...written,
  };
}

/** A Lambda function failed, or answered in the wrong shape. */
export const lambdaTargetError: CauseRow = {
  id: 'lambda-target-error',
  advise: (bundle) =>
    bundle.targetGroups
      .filter((group) => group.targetType === 'lambda')
      .slice(0, 3)
      .flatMap((group) => {
        const behind = {
          group,
          functionArn: group.targets[0]?.id ?? null,
          isMultiValue: group.attributes[KEY] === 'true',
          owner: ownerOfTargetGroup(bundle, group).kind,
        };
        return [lookAtErrors(bundle, behind), lookAtAnswer(bundle, behind), switchShape(bundle, behind)];
      }),
};
