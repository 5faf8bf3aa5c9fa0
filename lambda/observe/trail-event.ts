import * as z from 'zod';
import type { Change } from '../model/evidence.ts';
import { redactedTag } from './redact.ts';

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudtrail-logs.html
const trailEventSchema = z.object({
  eventTime: z.iso.datetime(),
  eventSource: z.literal('elasticloadbalancing.amazonaws.com'),
  eventName: z.string(),
  /** Classic load balancers have calls of the same names under 2012-06-01. */
  apiVersion: z.string().optional(),
  readOnly: z.boolean().optional(),
  errorCode: z.string().nullish(),
  sourceIPAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
  userIdentity: z
    .object({
      arn: z.string().optional(),
      invokedBy: z.string().optional(),
      principalId: z.string().optional(),
    })
    .nullish(),
  requestParameters: z.record(z.string(), z.unknown()).nullish(),
});

const attributesSchema = z.array(z.object({ key: z.string(), value: z.coerce.string() }));
const targetsSchema = z.array(
  z.object({ id: z.string(), port: z.union([z.number(), z.string()]).optional() }),
);
const matcherSchema = z.union([
  z.object({ httpCode: z.string() }).transform(({ httpCode }) => httpCode),
  z.object({ grpcCode: z.string() }).transform(({ grpcCode }) => grpcCode),
]);
const API_VERSION = '2015-12-01';
const ARN_PARAMETERS = ['loadBalancerArn', 'targetGroupArn', 'listenerArn', 'ruleArn'] as const;

/** What was asked for, as keys and values: attributes, targets, and plain settings such as the port. */
function changedTo(parameters: Readonly<Record<string, unknown>>): Record<string, string> | null {
  const to: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (ARN_PARAMETERS.some((name) => name === key)) continue;
    const attributes = attributesSchema.safeParse(value);
    const targets = targetsSchema.safeParse(value);
    const matcher = matcherSchema.safeParse(value);
    if (attributes.success)
      for (const { key: name, value: said } of attributes.data) to[name] = redactedTag(name, said);
    else if (targets.success)
      to[key] = targets.data.map(({ id, port }) => (port === undefined ? id : `${id}:${port}`)).join(' ');
    else if (matcher.success) to[key] = matcher.data;
    else if (['string', 'number', 'boolean'].includes(typeof value)) to[key] = String(value);
  }
  return Object.keys(to).length > 0 ? to : null;
}

/**
 * Reads a configuration change out of a CloudTrail event: the JSON that LookupEvents gives, or the `detail` of an
 * event on the bus.
 *
 * @returns null where it is none: another service, a read, a call that failed, a classic load balancer, or no
 *   CloudTrail event at all
 */
export function changeFromTrailEvent(event: unknown): Change | null {
  const parsed = trailEventSchema.safeParse(event);
  if (!parsed.success) return null;
  const { data } = parsed;
  if (data.errorCode || data.readOnly === true) return null;
  if (data.apiVersion !== undefined && data.apiVersion !== API_VERSION) return null;
  const parameters = data.requestParameters ?? {};
  const resourceArn = ARN_PARAMETERS.map((name) => parameters[name]).find((arn) => typeof arn === 'string');
  if (typeof resourceArn !== 'string') return null;
  return {
    at: new Date(data.eventTime).toISOString(),
    eventName: data.eventName,
    resourceArn,
    principal:
      data.userIdentity?.arn ?? data.userIdentity?.invokedBy ?? data.userIdentity?.principalId ?? null,
    sourceIpAddress: data.sourceIPAddress ?? null,
    userAgent: data.userAgent ?? null,
    // The event holds no old values: those come from the baseline.
    from: null,
    to: changedTo(parameters),
  };
}

/** The changes that concern a load balancer: itself, its listeners and rules, and its target groups. */
export function changesOf(
  changes: readonly Change[],
  loadBalancer: { readonly arn: string; readonly dimension: string },
  targetGroupArns: readonly string[],
): Change[] {
  const own = new Set([loadBalancer.arn, ...targetGroupArns]);
  const ofListener = new RegExp(`:listener(-rule)?/${loadBalancer.dimension}/`);
  return changes
    .filter(({ resourceArn }) => own.has(resourceArn) || ofListener.test(resourceArn))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
}
