import * as z from 'zod';
import type { Change, LoadBalancer } from '../model/evidence.ts';
import { forwardOf } from './forward-action.ts';
import { networkChangesOf } from './network-event.ts';
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
  responseElements: z.record(z.string(), z.unknown()).nullish(),
});

const attributesSchema = z.array(z.object({ key: z.string(), value: z.coerce.string() }));
const targetsSchema = z.array(
  z.object({ id: z.string(), port: z.union([z.number(), z.string()]).optional() }),
);
const matcherSchema = z.union([
  z.object({ httpCode: z.string() }).transform(({ httpCode }) => httpCode),
  z.object({ grpcCode: z.string() }).transform(({ grpcCode }) => grpcCode),
]);
/** What a listener does by default, and what a rule does. */
const ACTIONS = /^(defaultActions|actions)$/;
const API_VERSION = '2015-12-01';
const ARN_PARAMETERS = ['loadBalancerArn', 'targetGroupArn', 'listenerArn', 'ruleArn'] as const;
/** The tags of ours are settings; what others say is theirs, and may be a secret. */
const OWN_TAG = /^alb502:/;

const listOf = (key: string) =>
  z.object({ [key]: z.array(z.record(z.string(), z.unknown())) }).transform((value) => value[key]?.[0] ?? {});
const taggedSchema = z.object({ resourceArns: z.array(z.string()) });

/**
 * What a call was about. Most carry one ARN; AddTags and RemoveTags carry several, SetRulePriorities a list of rules,
 * which are of one listener, and what a create call made is in its answer.
 */
function resourcesOf(
  parameters: Readonly<Record<string, unknown>>,
  answer: Readonly<Record<string, unknown>>,
): readonly string[] {
  const tagged = taggedSchema.safeParse(parameters);
  if (tagged.success) return tagged.data.resourceArns;
  const places = [
    parameters,
    listOf('rulePriorities').safeParse(parameters).data ?? {},
    listOf('loadBalancers').safeParse(answer).data ?? {},
    listOf('targetGroups').safeParse(answer).data ?? {},
  ];
  for (const place of places) {
    const arn = ARN_PARAMETERS.map((name) => place[name]).find((value) => typeof value === 'string');
    if (typeof arn === 'string') return [arn];
  }
  return [];
}

/**
 * What was asked for, as keys and values: attributes, targets, where requests are forwarded, and plain settings such as
 * the port.
 */
function changedTo(parameters: Readonly<Record<string, unknown>>): Record<string, string> | null {
  const to: Record<string, string> = {};
  for (const [key, value] of Object.entries(parameters)) {
    if (ARN_PARAMETERS.some((name) => name === key)) continue;
    const attributes = attributesSchema.safeParse(value);
    const targets = targetsSchema.safeParse(value);
    const matcher = matcherSchema.safeParse(value);
    const forward = ACTIONS.test(key) ? forwardOf(value) : null;
    if (forward !== null) to['forward'] = forward;
    else if (attributes.success) {
      const kept = attributes.data.filter((attribute) => key !== 'tags' || OWN_TAG.test(attribute.key));
      for (const attribute of kept) to[attribute.key] = redactedTag(attribute.key, attribute.value);
    } else if (targets.success)
      to[key] = targets.data.map(({ id, port }) => (port === undefined ? id : `${id}:${port}`)).join(' ');
    else if (matcher.success) to[key] = matcher.data;
    else if (['string', 'number', 'boolean'].includes(typeof value)) to[key] = String(value);
  }
  return Object.keys(to).length > 0 ? to : null;
}

/**
 * Reads configuration changes out of a CloudTrail event: the JSON that LookupEvents gives, or the `detail` of an event
 * on the bus.
 *
 * @returns one for each resource that the call was about; none where it is no change: another service, a read, a call
 *   that failed, a classic load balancer, or no CloudTrail event at all
 */
export function changesFromTrailEvent(event: unknown): readonly Change[] {
  const parsed = trailEventSchema.safeParse(event);
  if (!parsed.success) return [];
  const { data } = parsed;
  if (data.errorCode || data.readOnly === true) return [];
  if (data.apiVersion !== undefined && data.apiVersion !== API_VERSION) return [];
  const parameters = data.requestParameters ?? {};
  return resourcesOf(parameters, data.responseElements ?? {}).map((resourceArn) => ({
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
  }));
}

/** The changes that concern a load balancer: itself, its listeners and rules, its target groups, and its network. */
export function changesOf(
  changes: readonly Change[],
  loadBalancer: Pick<LoadBalancer, 'arn' | 'dimension' | 'securityGroups'>,
  targetGroupArns: readonly string[],
): Change[] {
  const own = new Set([loadBalancer.arn, ...targetGroupArns]);
  const ofListener = new RegExp(`:listener(-rule)?/${loadBalancer.dimension}/`);
  const isOwn = ({ resourceArn }: Change): boolean => own.has(resourceArn) || ofListener.test(resourceArn);
  const ofNetwork = changes.filter(({ resourceArn }) => /^arn:[\w-]+:ec2:/.test(resourceArn));
  return [...changes.filter(isOwn), ...networkChangesOf(ofNetwork, loadBalancer.securityGroups ?? [])].sort(
    (a, b) => (a.at < b.at ? -1 : 1),
  );
}
