import { dollars } from '../cost/document.ts';
import type { Inventory, LogPlace } from './inventory.ts';
import { counted, notReadReasons, type ProposedEntry, type ProposedItem } from './proposed-entry.ts';

/**
 * One statement of the policy has all log groups, and a managed policy has room for 6,144 characters:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MOST_ARN_CHARACTERS = 5_500;
/** The quotes, the comma and `:*`. */
const AROUND_ARN = 5;
/** Names in one line. */
const MOST_NAMED = 5;

/** Names with a count of those that are left out. */
const some = (names: readonly string[]): string => {
  const all = [...new Set(names)];
  const more = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Values by ARN, each with all that it is for. */
function grouped<T extends { readonly arn: string }>(
  all: readonly T[],
  noteOf: (those: readonly T[]) => string,
): { readonly value: string; readonly note: string }[] {
  const byArn = new Map<string, T[]>();
  for (const one of all) byArn.set(one.arn, [...(byArn.get(one.arn) ?? []), one]);
  return [...byArn]
    .map(([value, those]) => ({ value, note: noteOf(those) }))
    .sort((one, other) => (one.value < other.value ? -1 : 1));
}

const placesOf = ({ regions }: Inventory, kind: LogPlace['kind']) =>
  regions.flatMap(({ region, logs }) =>
    logs.filter((one) => one.kind === kind).map((one) => ({ ...one, region })),
  );

const noteOfPlaces = (places: readonly LogPlace[]): string =>
  (['access log', 'health-check log'] as const)
    .map((log) => [log, places.filter((one) => one.log === log)] as const)
    .filter(([, those]) => those.length > 0)
    .map(([log, those]) => `${log} of ${some(those.map(({ loadBalancer }) => loadBalancer))}`)
    .join('; ');

/** How many load balancers have no access log that the monitor can read, in words. */
function withoutLog({ regions }: Inventory): string[] {
  const without = regions.flatMap(({ loadBalancers, logs }) => {
    const have = new Set(
      logs.flatMap(({ log, kind, loadBalancer }) =>
        log === 'access log' && kind !== 'elsewhere' ? [loadBalancer] : [],
      ),
    );
    return loadBalancers.filter((name) => !have.has(name));
  });
  return without.length === 0
    ? []
    : [
        `${counted(without.length, 'load balancer')} without an access log that can be read: ${some(without)}; metrics alone tell fewer causes apart.`,
      ];
}

/** Buckets with access logs. */
export function logBucketEntry(inventory: Inventory, usd: number): ProposedEntry {
  const items = grouped(placesOf(inventory, 'bucket'), noteOfPlaces).map((one) => ({ ...one, on: true }));
  const notRead = notReadReasons(inventory, 'accessLogBuckets');
  return {
    key: 'accessLogBuckets',
    value: null,
    items,
    on: items.length > 0,
    reasons: [
      'Buckets that load balancers write logs to. The investigate function may list and read them, and does around 502s only.',
      `Reading costs ${dollars(usd)} a month.`,
      ...(notRead.length === 0 ? withoutLog(inventory) : notRead),
      ...placesOf(inventory, 'elsewhere').map(
        ({ log, loadBalancer, arn }) =>
          `The ${log} of ${loadBalancer} goes to ${arn}, where it cannot be read.`,
      ),
    ],
    usdAMonth: usd,
  };
}

/** Log groups, of access logs and of services, for which one policy has room together. */
export function logGroupEntries(inventory: Inventory): readonly ProposedEntry[] {
  const services = inventory.regions.flatMap(({ region, serviceLogs }) =>
    serviceLogs.map((one) => ({ ...one, region })),
  );
  const access = grouped(placesOf(inventory, 'log-group'), noteOfPlaces);
  const backend = grouped(
    services,
    (those) =>
      `${some(those.map(({ service }) => service))}, container ${some(those.map((one) => one.containerName))}`,
  );
  const fits = fitting([...access, ...backend].map(({ value }) => value));
  const itemsOf = (found: typeof access): ProposedItem[] =>
    found.map(({ value, note }) => ({ value, note, on: fits.has(value) }));
  const [first] = services;
  return [
    {
      key: 'accessLogGroups',
      value: null,
      items: itemsOf(access),
      on: access.length > 0,
      reasons: [
        'Log groups that access logs are delivered to. The investigate function may read them, and does around 502s only.',
        'AWS names no price for reading them.',
        ...roomReasons(
          access.map(({ value }) => value),
          fits,
        ),
        ...notReadReasons(inventory, 'accessLogGroups'),
      ],
      usdAMonth: 0,
    },
    {
      key: 'backendLogGroups',
      value: null,
      items: itemsOf(backend),
      on: backend.length > 0,
      reasons: [
        'Log groups of ECS services behind load balancers. The investigate function may read them; what it quotes is redacted.',
        'It reads one around a 502 once the target group has the tag alb502:log-group. AWS names no price for reading.',
        ...(first === undefined
          ? []
          : [
              `For instance: aws elbv2 add-tags --region ${first.region} --resource-arns ${first.targetGroupArn} --tags Key=alb502:log-group,Value=${first.arn.split(':log-group:').at(-1)}`,
            ]),
        ...roomReasons(
          backend.map(({ value }) => value),
          fits,
        ),
        ...notReadReasons(inventory, 'backendLogGroups'),
      ],
      usdAMonth: 0,
    },
  ];
}

/** Those that come first, as many as the policy has room for. */
function fitting(arns: readonly string[]): ReadonlySet<string> {
  const fits = new Set<string>();
  let left = MOST_ARN_CHARACTERS;
  for (const arn of arns) {
    left -= arn.length + AROUND_ARN;
    if (left < 0) return fits;
    fits.add(arn);
  }
  return fits;
}

function roomReasons(arns: readonly string[], fits: ReadonlySet<string>): string[] {
  const out = arns.filter((arn) => !fits.has(arn)).length;
  return out === 0
    ? []
    : [
        `${counted(out, 'log group')} switched off: the function's policy has no room for more. Switch on those you need most, or put one ARN with * in the place of several.`,
      ];
}
