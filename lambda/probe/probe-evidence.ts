import { groupOfTarget } from '../diagnose/remedies/failed-url.ts';
import type { EvidenceBundle, KeepAliveFact, ResponseFact } from '../model/evidence.ts';
import { keepAliveFactsOf } from './keep-alive-facts.ts';
import { responseFactFor } from './response-fact.ts';
import type { SavedProbeResult } from './saved-result.ts';

/** A bundle with what probes of its targets found. */
export interface Enriched {
  readonly bundle: EvidenceBundle;
  /** The results that belong to a target of the bundle. */
  readonly used: readonly SavedProbeResult[];
}

/** Adds what probes found to the evidence, where the target is of a group of the bundle (see `groupOfTarget`). */
export function withProbeResults(bundle: EvidenceBundle, results: readonly SavedProbeResult[]): Enriched {
  const placed = results.flatMap((result) => {
    const group = groupOfTarget(bundle, result.target);
    return group === null ? [] : [{ result, targetGroupArn: group.arn }];
  });
  const keepAlives: KeepAliveFact[] = placed.flatMap(({ result, targetGroupArn }) =>
    keepAliveFactsOf({ targetGroupArn, target: result.target }, result, result.at),
  );
  const responses: ResponseFact[] = placed.flatMap(({ result, targetGroupArn }) => {
    const { target, path, method, at } = result;
    const check =
      result.verdict === null
        ? { fault: result.errorCode, detail: result.error }
        : { fault: null, detail: `status ${result.statusCode}` };
    // What HEAD is answered says nothing of the body that GET gets, nor the other way round.
    const comparable = path !== null && method === 'GET';
    const fact = !comparable ? null : responseFactFor({ targetGroupArn, target, path, at }, check);
    return fact === null ? [] : [fact];
  });
  return {
    bundle: {
      ...bundle,
      keepAliveFacts: [...bundle.keepAliveFacts, ...keepAlives],
      responseFacts: [...(bundle.responseFacts ?? []), ...responses],
    },
    used: placed.map(({ result }) => result),
  };
}
