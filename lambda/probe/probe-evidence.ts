import type { EvidenceBundle, KeepAliveFact, ResponseFact, TargetGroup } from '../model/evidence.ts';
import { keepAliveFactsOf } from './keep-alive-facts.ts';
import { responseFactFor } from './response-fact.ts';
import type { SavedProbeResult } from './saved-result.ts';

/** A bundle with what probes of its targets found. */
export interface Enriched {
  readonly bundle: EvidenceBundle;
  /** The results that belong to a target of the bundle. */
  readonly used: readonly SavedProbeResult[];
}

/**
 * Adds what probes found to the evidence. A result belongs to the target group in which its address is registered; an
 * instance is registered by its id, so its address tells nothing, and its port must: it belongs where one group of the
 * bundle alone has instances on that port.
 */
export function withProbeResults(bundle: EvidenceBundle, results: readonly SavedProbeResult[]): Enriched {
  const placed = results.flatMap((result) => {
    const group = groupOf(bundle, result.target);
    return group === null ? [] : [{ result, targetGroupArn: group.arn }];
  });
  const keepAlives: KeepAliveFact[] = placed.flatMap(({ result, targetGroupArn }) =>
    keepAliveFactsOf({ targetGroupArn, target: result.target }, result, result.at),
  );
  const responses: ResponseFact[] = placed.flatMap(({ result, targetGroupArn }) => {
    const { target, path, at } = result;
    const check =
      result.verdict === null
        ? { fault: result.errorCode, detail: result.error }
        : { fault: null, detail: `status ${result.statusCode}` };
    const fact = path === null ? null : responseFactFor({ targetGroupArn, target, path, at }, check);
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

function groupOf({ targetGroups }: EvidenceBundle, name: string): TargetGroup | null {
  const port = Number(name.slice(name.lastIndexOf(':') + 1));
  const host = name.slice(0, name.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
  const has = (group: TargetGroup, id: (id: string) => boolean): boolean =>
    group.targets.some((target) => id(target.id) && (target.port ?? group.port) === port);
  const byAddress = targetGroups.filter((group) => has(group, (id) => id === host));
  if (byAddress[0] !== undefined) return byAddress[0];
  const byPort = targetGroups.filter(
    (group) => group.targetType === 'instance' && has(group, (id) => id.startsWith('i-')),
  );
  return byPort.length === 1 ? (byPort[0] ?? null) : null;
}
