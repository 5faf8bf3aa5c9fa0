import { isTargetGroupArn, regionOfArn } from '../../model/arn.ts';
import type { TargetGroup } from '../../model/evidence.ts';

// Command lines for the advice: a person copies them into a shell, so every value is quoted where it must be.

/**
 * What does not look like what it is, or does not survive being copied: control characters, marks that turn the
 * direction of writing, invisible characters, and blanks that only look like one.
 */
const UNSHOWABLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u;

/**
 * What a value would be to the program it is given to: an option, or something to read instead (AWS CLI, "Loading a
 * parameter from a file").
 */
const NO_PLAIN_VALUE = /^-|^(?:fileb?|https?):\/\//i;

/**
 * A word as a shell takes it. Nothing in single quotes means anything to a POSIX shell; left bare where nothing is
 * special.
 */
export const quoted = (text: string): string =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Stands for a value that is not shown: `REGION_LEFT_OUT`. */
export const leftOut = (name: string): string => `${name}_LEFT_OUT`;

/**
 * A value from outside as one word of a command line, exactly as it is. One that cannot be shown, or that the program
 * would take for something else, is left out whole: a value that was altered would be another one.
 *
 * @param name - what stands for it then, in capitals: `LOG_GROUP` becomes `LOG_GROUP_LEFT_OUT`
 */
export const argument = (name: string, text: string): string =>
  UNSHOWABLE.test(text) || NO_PLAIN_VALUE.test(text) ? leftOut(name) : quoted(text);

/** An address as one word of a command line; see {@link argument}. */
export const urlArgument = (url: string): string =>
  UNSHOWABLE.test(url) || url.startsWith('-') ? leftOut('URL') : quoted(url);

/**
 * A remark of its own line: one on the line of a command would be copied with it, and an apostrophe in it opens a
 * quote.
 */
export const FROM_THEIR_NETWORK = '# from a host that can reach the targets:';

/** What the placeholders of a {@link curl} without a URL stand for. */
export const placeholdersOf = (asked: unknown): readonly string[] =>
  asked === null ? ['# TARGET:PORT: a target that failed; PATH: a path that fails'] : [];

/** What `TARGET` in a {@link probe} stands for. */
export const targetRemark = (command: string): readonly string[] =>
  /\/\/TARGET[:/]/.test(command) ? ['# TARGET: the address of a target'] : [];

/** Text of a stranger (a tag, a name) on one line, without control characters, not longer than a line. */
export function printable(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

const regionOf = (arn: string): string => argument('REGION', regionOfArn(arn) || 'REGION');

const targetGroupArgument = (arn: string): string => argument('TARGET_GROUP_ARN', arn);
const loadBalancerArgument = (arn: string): string => argument('LOAD_BALANCER_ARN', arn);

function elbv2(operation: string, arn: string, ...options: readonly string[]): string {
  return ['aws elbv2', operation, '--region', regionOf(arn), ...options].join(' ');
}

/**
 * One key and value as the AWS CLI takes them; its short form has no room for commas, quotes and blanks. JSON has an
 * escape for every character, so that nothing has to be left out.
 */
function keyAndValue(key: string, value: string): string {
  const plain = /^[\w.:/-]+$/.test(key) && /^[\w.:/-]+$/.test(value);
  if (plain) return quoted(`Key=${key},Value=${value}`);
  const json = JSON.stringify([{ Key: key, Value: value }]);
  return quoted(
    json.replaceAll(
      /[^\x20-\x7e]|[`'&<>]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** `aws elbv2 modify-…-attributes` for one attribute of a load balancer or target group. */
export function modifyAttribute(arn: string, key: string, value: string): string {
  const pair = keyAndValue(key, value);
  return isTargetGroupArn(arn)
    ? elbv2(
        'modify-target-group-attributes',
        arn,
        '--target-group-arn',
        targetGroupArgument(arn),
        '--attributes',
        pair,
      )
    : elbv2(
        'modify-load-balancer-attributes',
        arn,
        '--load-balancer-arn',
        loadBalancerArgument(arn),
        '--attributes',
        pair,
      );
}

/** Shows the attributes of a load balancer or target group. */
export function describeAttributes(arn: string): string {
  return isTargetGroupArn(arn)
    ? elbv2('describe-target-group-attributes', arn, '--target-group-arn', targetGroupArgument(arn))
    : elbv2('describe-load-balancer-attributes', arn, '--load-balancer-arn', loadBalancerArgument(arn));
}

/** `aws elbv2 add-tags` for one tag; it replaces the value that is there. */
export function addTag(arn: string, key: string, value: string): string {
  return elbv2(
    'add-tags',
    arn,
    '--resource-arns',
    argument('RESOURCE_ARN', arn),
    '--tags',
    keyAndValue(key, value),
  );
}

/** `aws elbv2 remove-tags` for one tag. */
export function removeTag(arn: string, key: string): string {
  return elbv2(
    'remove-tags',
    arn,
    '--resource-arns',
    argument('RESOURCE_ARN', arn),
    '--tag-keys',
    argument('TAG', key),
  );
}

/** `aws elbv2 describe-…` with the part of the answer that matters. */
export function describe(what: DescribeOperation, arn: string, query: string): string {
  const { option, name } = OPTION_OF[what];
  return elbv2(what, arn, option, argument(name, arn), '--query', quoted(query));
}

const OPTION_OF = {
  'describe-listeners': { option: '--load-balancer-arn', name: 'LOAD_BALANCER_ARN' },
  'describe-load-balancers': { option: '--load-balancer-arns', name: 'LOAD_BALANCER_ARN' },
  'describe-target-groups': { option: '--target-group-arns', name: 'TARGET_GROUP_ARN' },
} as const;

type DescribeOperation = keyof typeof OPTION_OF;

/** A URL of a target, with the scheme that its group speaks. */
export function targetUrl({ protocol }: Pick<TargetGroup, 'protocol'>, target: string, path: string): string {
  return `${protocol === 'HTTPS' ? 'https' : 'http'}://${target}${path}`;
}

/**
 * `alb502 probe` of one target; TARGET stands for an address that is not known.
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
  const url = urlArgument(targetUrl(group, target === undefined ? (failed ?? registered) : registered, '/'));
  return `alb502 probe ${url}${idleTimeoutOption(idleTimeoutSeconds)}`;
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
export function answerCommands(asked: AskedUrl | null, idleTimeoutSeconds: number | null): readonly string[] {
  if (asked === null) return [];
  const { url, host } = asked;
  const name = host === null ? '' : ` --host ${argument('HOST', host)}`;
  // No `>`: chat clients have a meaning of their own for it.
  const ask = `alb502 probe --json ${urlArgument(url)}${name}${idleTimeoutOption(idleTimeoutSeconds)} | tee probe.json`;
  return [ask, 'alb502 diagnose BUNDLE --probe probe.json   # BUNDLE: a file of scan --save'];
}

/** A target's own address, and the Host to ask for; null: that of the address. */
export interface AskedUrl {
  readonly url: string;
  readonly host: string | null;
}

/**
 * `curl` as a load balancer asks: HTTP/1.1, any certificate, and the URL as it is, for brackets would make many of it.
 *
 * @param asked - null where it is not known: placeholders take its place
 * @param letters - short options beside `-s`
 */
export function curl(asked: AskedUrl | null, letters: string, options: string): string {
  const { url, host } = asked ?? { url: null, host: null };
  const tls = url?.startsWith('https:') ?? false;
  const asIs = url !== null && /[[\]{}]/.test(url) ? 'g' : '';
  const short = `-s${letters}${tls ? 'k' : ''}${asIs}`;
  const dots = url !== null && /\/\.\.?(?:\/|$)/.test(url) ? ' --path-as-is' : '';
  const where = url === null ? 'http://TARGET:PORT/PATH' : urlArgument(url);
  const name = host === null ? '' : ` -H ${quoted(`Host: ${host}`)}`;
  return `curl ${short}${tls ? ' --http1.1' : ''}${dots}${name} ${options} ${where}`;
}

/** Shows the state of a group's targets with AWS's reasons. */
export function describeTargetHealth(arn: string): string {
  return elbv2('describe-target-health', arn, '--target-group-arn', targetGroupArgument(arn));
}

/** Looks at the load balancer again with this tool. */
export function scanAgain(arn: string, since: string): string {
  return `alb502 scan --region ${regionOf(arn)} --load-balancer ${loadBalancerArgument(arn)} --since ${since}`;
}
