import { dollars } from '../cost/document.ts';
import { PRICES } from '../cost/prices.ts';
import { MEMORY_MB } from '../env.ts';
import type { Inventory, ProbePlace } from './inventory.ts';
import { notReadReasons, type ProposedEntry } from './proposed-entry.ts';

/** A run an hour, of at most 15 minutes. */
const MOST_SECONDS = 30 * 24 * 15 * 60;

const MOST_USD =
  (MOST_SECONDS * (MEMORY_MB.probe / 1024) * PRICES.lambdaGbSecond.usd) / PRICES.lambdaGbSecond.per;

const WHAT =
  'Off: a function in your VPC that measures the keep-alive of registered targets, once an hour; see docs/probe.md.';

/** The probe, switched off. */
export function probeEntry(inventory: Inventory): ProposedEntry {
  const { probe } = inventory;
  const entry = { key: 'probe', items: null, on: false };
  if (probe === null || probe.subnets.length === 0 || probe.securityGroupIds.length === 0)
    return { ...entry, value: null, reasons: [WHAT, ...whyNone(inventory, probe)], usdAMonth: null };
  const { vpcId, region, subnets, securityGroupIds } = probe;
  return {
    ...entry,
    value: { subnetIds: subnets.map(({ id }) => id), securityGroupIds },
    reasons: [
      WHAT,
      `It costs at most ${dollars(MOST_USD)} a month in Lambda, and what a NAT gateway takes for its few bytes.`,
      `For ${vpcId}, in which most load balancers of ${region} are; the stack must be in ${region}.`,
      ...subnets.map(({ id, zone, reach }) => `${id} in ${zone} ${reach}.`),
      `The security groups are those of its load balancers, which targets let in; they must let out port 443 too.`,
    ],
    usdAMonth: MOST_USD,
  };
}

function whyNone(inventory: Inventory, probe: ProbePlace | null): string[] {
  if (probe === null) {
    const notRead = notReadReasons(inventory, 'probe');
    return notRead.length === 0 ? ['No load balancer names its VPC.'] : notRead;
  }
  if (probe.securityGroupIds.length === 0)
    return [`The load balancers of ${probe.vpcId} name no security group.`];
  return [
    `No subnet of ${probe.vpcId} in ${probe.region} reaches AWS: a NAT gateway, or VPC endpoints for elasticloadbalancing, dynamodb and ec2, would be needed, which are billed by the hour.`,
    ...probe.unsuited.map((text) => `${text}.`),
  ];
}
