/** Command lines for the advice: copied by a person into a shell, so every value is quoted where it must be. */

/** Quotes a word for a POSIX shell; left bare where nothing in it is special. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The region in an ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. */
const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

function elbv2(operation: string, arn: string, ...words: readonly string[]): string {
  return ['aws elbv2', operation, '--region', regionOf(arn), ...words].map((word) => word).join(' ');
}

const isTargetGroup = (arn: string): boolean => arn.includes(':targetgroup/');

/** `aws elbv2 modify-…-attributes` for one attribute of a load balancer or target group. */
export function modifyAttribute(arn: string, key: string, value: string): string {
  const pair = shellWord(`Key=${key},Value=${value}`);
  return isTargetGroup(arn)
    ? elbv2('modify-target-group-attributes', arn, '--target-group-arn', shellWord(arn), '--attributes', pair)
    : elbv2(
        'modify-load-balancer-attributes',
        arn,
        '--load-balancer-arn',
        shellWord(arn),
        '--attributes',
        pair,
      );
}

/** Shows the attributes of a load balancer or target group. */
export function describeAttributes(arn: string): string {
  return isTargetGroup(arn)
    ? elbv2('describe-target-group-attributes', arn, '--target-group-arn', shellWord(arn))
    : elbv2('describe-load-balancer-attributes', arn, '--load-balancer-arn', shellWord(arn));
}

/** Shows the state of a group's targets with AWS's reasons. */
export function describeTargetHealth(arn: string): string {
  return elbv2('describe-target-health', arn, '--target-group-arn', shellWord(arn));
}

/** Looks at the load balancer again with this tool. */
export function scanAgain(arn: string, since: string): string {
  return `npx alb502 scan --region ${regionOf(arn)} --load-balancer ${shellWord(arn)} --since ${since}`;
}
