import { isTargetGroupArn, regionOfArn } from '../model/arn.ts';
import type { TargetGroup } from '../model/evidence.ts';

// Command lines for the advice: a person copies them into a shell, so every value is quoted where it must be.

/**
 * Quotes a word for a POSIX shell; left bare where nothing in it is special. Control characters, which no name in
 * AWS has, become `?`: a line break would end a remark and begin a command.
 */
export function shellWord(text: string): string {
  const word = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Text of a stranger (a tag, a name) on one line, without control characters, not longer than a line. */
export function printable(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

const regionOf = (arn: string): string => shellWord(regionOfArn(arn) || 'REGION');

function elbv2(operation: string, arn: string, ...words: readonly string[]): string {
  return ['aws elbv2', operation, '--region', regionOf(arn), ...words].join(' ');
}

/** One key and value as the AWS CLI takes them; its short form has no room for commas, quotes and blanks. */
function keyAndValue(key: string, value: string): string {
  const plain = /^[\w.:/-]+$/.test(key) && /^[\w.:/-]+$/.test(value);
  return shellWord(plain ? `Key=${key},Value=${value}` : JSON.stringify([{ Key: key, Value: value }]));
}

/** `aws elbv2 modify-…-attributes` for one attribute of a load balancer or target group. */
export function modifyAttribute(arn: string, key: string, value: string): string {
  const pair = keyAndValue(key, value);
  return isTargetGroupArn(arn)
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
  return isTargetGroupArn(arn)
    ? elbv2('describe-target-group-attributes', arn, '--target-group-arn', shellWord(arn))
    : elbv2('describe-load-balancer-attributes', arn, '--load-balancer-arn', shellWord(arn));
}

/** `aws elbv2 add-tags` for one tag; it replaces the value that is there. */
export function addTag(arn: string, key: string, value: string): string {
  return elbv2('add-tags', arn, '--resource-arns', shellWord(arn), '--tags', keyAndValue(key, value));
}

/** `aws elbv2 remove-tags` for one tag. */
export function removeTag(arn: string, key: string): string {
  return elbv2('remove-tags', arn, '--resource-arns', shellWord(arn), '--tag-keys', shellWord(key));
}

/** `aws elbv2 describe-…` with the part of the answer that matters. */
export function describe(what: DescribeOperation, arn: string, query: string): string {
  return elbv2(what, arn, OPTION_OF[what], shellWord(arn), '--query', shellWord(query));
}

const OPTION_OF = {
  'describe-listeners': '--load-balancer-arn',
  'describe-load-balancers': '--load-balancer-arns',
  'describe-target-groups': '--target-group-arns',
} as const;

type DescribeOperation = keyof typeof OPTION_OF;

/** A URL of a target, with the scheme that its group speaks. */
export function targetUrl({ protocol }: Pick<TargetGroup, 'protocol'>, target: string, path: string): string {
  return `${protocol === 'HTTPS' ? 'https' : 'http'}://${target}${path}`;
}

/**
 * `npx alb502 probe` of one target; TARGET stands for an address that is not known.
 *
 * @param idleTimeoutSeconds - what the measure is compared with; null where it could not be read
 * @param failed - `ADDRESS:PORT` of a target of the group that failed, where the log names one
 */
export function probe(
  group: TargetGroup,
  idleTimeoutSeconds: number | null,
  failed: string | null = null,
): string {
  const target = group.targetType === 'ip' ? group.targets[0] : undefined;
  const host = target ? (target.id.includes(':') ? `[${target.id}]` : target.id) : 'TARGET';
  const registered = `${host}:${target?.port ?? group.port ?? 80}`;
  const url = shellWord(targetUrl(group, target === undefined ? (failed ?? registered) : registered, '/'));
  return `npx alb502 probe ${url}${idleTimeoutOption(idleTimeoutSeconds)}`;
}

/** Without it the probe judges against 60 s, AWS's default. */
export const idleTimeoutOption = (idleTimeoutSeconds: number | null): string =>
  idleTimeoutSeconds === null ? '' : ` --idle-timeout ${idleTimeoutSeconds}`;

/**
 * Asks a target for a path, writes down whether a load balancer would take the answer, and diagnoses a bundle anew with
 * it; nothing where no path is known.
 *
 * @param idleTimeoutSeconds - what the keep-alive is compared with; null where it could not be read
 */
export function answerCommands(url: string | null, idleTimeoutSeconds: number | null): readonly string[] {
  if (url === null) return [];
  const ask = `npx alb502 probe --json ${shellWord(url)}${idleTimeoutOption(idleTimeoutSeconds)} > probe.json`;
  return [ask, 'npx alb502 diagnose BUNDLE --probe probe.json   # BUNDLE: a file of scan --save'];
}

/**
 * `curl` as a load balancer asks: HTTP/1.1, any certificate, and the URL as it is, for brackets would make many of it.
 *
 * @param url - null where it is not known: placeholders take its place
 * @param letters - short options beside `-s`
 */
export function curl(url: string | null, letters: string, options: string): string {
  const tls = url?.startsWith('https:') ?? false;
  const asIs = url !== null && /[[\]{}]/.test(url) ? 'g' : '';
  const short = `-s${letters}${tls ? 'k' : ''}${asIs}`;
  const where = url === null ? 'http://TARGET:PORT/PATH' : shellWord(url);
  return `curl ${short}${tls ? ' --http1.1' : ''} ${options} ${where}`;
}

/** Shows the state of a group's targets with AWS's reasons. */
export function describeTargetHealth(arn: string): string {
  return elbv2('describe-target-health', arn, '--target-group-arn', shellWord(arn));
}

/** Looks at the load balancer again with this tool. */
export function scanAgain(arn: string, since: string): string {
  return `npx alb502 scan --region ${regionOf(arn)} --load-balancer ${shellWord(arn)} --since ${since}`;
}
