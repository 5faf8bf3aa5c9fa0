import type { Mismatch } from '../../model/diagnosis.ts';
import type { EvidenceBundle } from '../../model/evidence.ts';
import { idleTimeoutSecondsOf, isMismatch, keepAliveStandings } from './keep-alive.ts';

/** Target groups whose keep-alive is at or below the idle timeout, or above it by too thin a margin. */
export function mismatchesOf(bundle: EvidenceBundle): readonly Mismatch[] {
  const idleTimeoutSeconds = idleTimeoutSecondsOf(bundle);
  return keepAliveStandings(bundle)
    .filter(isMismatch)
    .map(({ group, fact, marginSeconds }) => ({
      targetGroupArn: group.arn,
      idleTimeoutSeconds,
      keepAliveSeconds: fact.seconds,
      source: fact.source,
      marginSeconds,
    }));
}
