import type { EvidenceBundle } from '../lambda/model/evidence.ts';
import type { VerifyRecord } from '../lambda/verify/record.ts';

/** A setting of the targets, as the user gave it. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** What a record says of where it was made and what was in force. */
export type KnownConfiguration = Pick<VerifyRecord, 'account' | 'region' | 'configuration'>;

/** A load balancer's own name holds its region: `NAME-ID.REGION.elb.amazonaws.com`. */
const OWN_NAME = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.elb\.amazonaws\.com(?:\.cn)?$/i;

/**
 * What is known without asking AWS: from the load balancer's name, from a bundle that a scan saved, and from the
 * user.
 */
export function knownConfiguration(
  host: string,
  bundle: EvidenceBundle | null,
  settings: readonly Setting[],
): KnownConfiguration {
  const region = OWN_NAME.exec(host)?.[1]?.toLowerCase() ?? null;
  const targets = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  const given = settings.length > 0 ? { targets } : {};
  if (bundle === null) return { account: null, region, configuration: given };
  return {
    account: bundle.account,
    region: bundle.region,
    configuration: {
      [bundle.loadBalancer.name]: bundle.loadBalancer.attributes,
      ...Object.fromEntries(bundle.targetGroups.map(({ name, attributes }) => [name, attributes])),
      ...given,
    },
  };
}
