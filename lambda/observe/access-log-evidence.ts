import { S3Client } from '@aws-sdk/client-s3';
import { symptomOf } from '../diagnose/symptom.ts';
import type { EvidenceBundle, Gap } from '../model/evidence.ts';
import { type AccessLogEvidence, readAccessLog } from './access-log.reader.ts';
import { type ClientOptions, clientConfig } from './clients.ts';

/** How much of a log one investigation reads at most. */
export interface AccessLogBudget {
  /** Compressed bytes. */
  readonly maxBytes: number;
  readonly maxMs: number;
}

const SWITCHED_OFF =
  'access_logs.s3.enabled is not true; logs may still be delivered through CloudWatch (vended delivery), which this attribute does not show';

function switchedOff({ loadBalancer }: EvidenceBundle): Gap {
  return {
    subject: 'access-log',
    what: 'access log',
    metrics: [],
    action: null,
    resource: loadBalancer.arn,
    kind: 'switched-off',
    reason: SWITCHED_OFF,
  };
}

const clients = new Map<string, S3Client>();

/** A bucket lies in the region of its load balancer (ELB user guide, access logs), so one client a region will do. */
export function s3Of(region: string, options: ClientOptions): S3Client {
  const known =
    clients.get(region) ?? new S3Client({ ...clientConfig(region, options), followRegionRedirects: true });
  clients.set(region, known);
  return known;
}

/** Reads the access log that a load balancer's attributes point to, around the failing minutes of a bundle. */
export function accessLogEvidence(
  budget: AccessLogBudget,
  options: ClientOptions = {},
): (bundle: EvidenceBundle) => Promise<AccessLogEvidence> {
  return async (bundle) => {
    const { attributes, dimension } = bundle.loadBalancer;
    const bucket = attributes['access_logs.s3.bucket'];
    if (attributes['access_logs.s3.enabled'] !== 'true' || !bucket)
      return { summary: null, gaps: [switchedOff(bundle)] };
    const over = Date.now() + budget.maxMs;
    return readAccessLog({
      s3: s3Of(bundle.region, options),
      bucket,
      prefix: attributes['access_logs.s3.prefix'] ?? '',
      account: bundle.account,
      region: bundle.region,
      loadBalancerDimension: dimension,
      ...bundle.window,
      failureMinutes: [...symptomOf(bundle).failures.keys()],
      maxBytes: budget.maxBytes,
      isOver: () => Date.now() >= over,
    });
  };
}
