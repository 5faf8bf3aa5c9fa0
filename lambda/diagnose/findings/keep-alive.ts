import type { KeepAliveSource } from '../../model/evidence.ts';
import { secondsFigure } from '../../model/seconds-words.ts';
import type { Finding, FindingReader } from '../finding.ts';
import {
  groupsWithoutKeepAlive,
  idleTimeoutSecondsOf,
  isLowerBound,
  type KeepAliveStanding,
  keepAliveStandings,
} from '../keep-alive.ts';
import type { FindingId } from '../weights.ts';

const measured = (source: KeepAliveSource): boolean => source === 'probe' || source === 'access-log';

const SHORT: Readonly<Record<KeepAliveSource, FindingId>> = {
  probe: 'keepalive-measured-short',
  'access-log': 'keepalive-declared-short',
  tag: 'keepalive-declared-short',
  header: 'keepalive-declared-short',
  'server-default': 'keepalive-default-short',
};

function shortId({ fact, marginSeconds, verdict }: KeepAliveStanding): FindingId {
  if (verdict === 'thin') return 'keepalive-thin';
  return marginSeconds === 0 && fact.source !== 'server-default' ? 'keepalive-equal' : SHORT[fact.source];
}

function words(standing: KeepAliveStanding, idleTimeoutSeconds: number): string {
  const { group, fact, verdict, marginSeconds } = standing;
  const least = isLowerBound(fact) ? 'at least ' : '';
  const relation =
    marginSeconds === 0
      ? 'exactly the idle timeout'
      : verdict === 'short'
        ? `${secondsFigure(-marginSeconds)} s less than the idle timeout`
        : `${least}${secondsFigure(marginSeconds)} s more than the idle timeout`;
  return `targets of ${group.name} keep idle connections for ${least}${secondsFigure(fact.seconds)} s, ${relation} of ${idleTimeoutSeconds} s`;
}

/** What is known of the keep-alive of the serving groups against the idle timeout. */
export const keepAliveFindings: FindingReader = (bundle) => {
  const standings = keepAliveStandings(bundle);
  const worst = standings[0];
  if (!worst) return [];
  const idleTimeoutSeconds = idleTimeoutSecondsOf(bundle);
  const fact = words(worst, idleTimeoutSeconds);
  const source = worst.fact.detail;
  // Failures that line up at a keep-alive are counted where the log is read, by how many they are.
  if (worst.verdict !== 'safe' && worst.fact.source === 'access-log') return [];
  if (worst.verdict !== 'safe') return [{ id: shortId(worst), fact, source }];
  const known = standings.length / (standings.length + groupsWithoutKeepAlive(bundle).length);
  const id = standings.every((entry) => measured(entry.fact.source))
    ? 'keepalive-measured-safe'
    : 'keepalive-declared-safe';
  const finding: Finding = {
    id,
    fact,
    source,
    strength: worst.fact.source === 'server-default' ? known / 2 : known,
  };
  return [finding];
};
