import type { Diagnosis } from '../model/diagnosis.ts';
import type { EvidenceBundle } from '../model/evidence.ts';
import { withThresholdTags } from './bundle/thresholds.ts';
import { hiddenIn, observedIn } from './catalogue.ts';
import { posterior } from './chances.ts';
import { driftAgainstBaseline } from './changes/drift.ts';
import { failureParts } from './failure-parts.ts';
import { judgedExplanations } from './judged-explanations.ts';
import { mismatchesOf } from './keep-alive/mismatch.ts';
import { rank } from './rank.ts';
import { actionsFor } from './remedies/actions.ts';
import { missingEvidence } from './remedies/missing-evidence.ts';
import { type SeverityPolicy, severityOf } from './severity.ts';
import { symptomOf } from './symptom.ts';

/** The settings that a diagnosis depends on. */
export interface DiagnosisPolicy extends SeverityPolicy {
  /** ARNs (with `*`) of who is expected to change settings. */
  readonly expectedChangers?: readonly string[];
  /** When it is diagnosed, if the evidence may be old: advice then looks back far enough. */
  readonly now?: string;
}

export const DEFAULT_POLICY: DiagnosisPolicy = { critical502Ratio: 0.01 };

/**
 * Diagnoses one load balancer from its evidence, and from nothing else: the same bundle always gives the same
 * diagnosis. Without a 502 there is no verdict, but mismatches, drift and gaps are still reported.
 */
export function diagnose(bundle: EvidenceBundle, policy: DiagnosisPolicy = DEFAULT_POLICY): Diagnosis {
  const symptom = symptomOf(bundle);
  const failed = symptom.summary.count > 0;
  const seen = failed ? observedIn(bundle) : [];
  const parts = failureParts(bundle);
  const ranking = failed ? rank(seen, parts, bundle.accessLog?.elb502, hiddenIn(bundle)) : null;
  const mismatches = mismatchesOf(bundle);
  const drift = driftAgainstBaseline(bundle, policy.expectedChangers);
  const missing = missingEvidence(bundle, failed ? posterior(seen, parts) : new Map(), policy.now ?? null);
  const explained = {
    explanations: failed ? judgedExplanations(bundle.accessLog, parts, seen) : [],
    unexplained: failed ? (bundle.accessLog?.unexplained ?? null) : null,
  };
  const verdict = ranking?.verdict ?? null;
  const hypotheses = ranking?.hypotheses ?? [];
  return {
    loadBalancerArn: bundle.loadBalancer.arn,
    region: bundle.region,
    at: bundle.window.end,
    severity: severityOf(symptom, mismatches, drift, withThresholdTags(policy, bundle)),
    symptom: symptom.summary,
    verdict,
    probability: ranking?.probability ?? 0,
    hypotheses: [...hypotheses],
    ...explained,
    mismatches: [...mismatches],
    drift: [...drift],
    missingEvidence: missing.map(({ what, how, separates }) => ({ what, how, separates })),
    actions: [
      ...actionsFor({
        bundle,
        verdict,
        probability: ranking?.probability ?? 0,
        drift,
        missing,
        mismatched: mismatches.length > 0,
        explained,
      }),
    ],
  };
}

/** The diagnosis of a load balancer of which nothing can be known any more. */
export function nothingFound(loadBalancerArn: string, region: string, at: string): Diagnosis {
  return {
    loadBalancerArn,
    region,
    at,
    severity: 'none',
    symptom: { count: 0, requests: 0, ratio: 0, firstSeen: null, lastSeen: null },
    verdict: null,
    probability: 0,
    hypotheses: [],
    explanations: [],
    unexplained: null,
    mismatches: [],
    drift: [],
    missingEvidence: [],
    actions: [],
  };
}
