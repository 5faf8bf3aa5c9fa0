import type { EvidenceBundle } from '../../model/evidence.ts';
import { printable } from '../remedies/command.ts';
import type { Symptom } from '../symptom.ts';
import { couldRead, percent, seriesOfGroup, sum, totalsByTime } from './metric-view.ts';
import { servingGroups } from './serving-groups.ts';

/** Share of failed requests from which on "all of them" is meant. */
const TOTAL_SHARE = 0.9;
/** Fewer requests of a group than this show nothing. */
const GROUP_REQUESTS = 20;
/** Fewer failures than this show no pattern. */
const LEAST_FAILURES = 5;
const ANSWERS = [2, 3, 4, 5].map((digit) => `HTTPCode_Target_${digit}XX_Count`);

/**
 * Whether everything failed from the first 502 to the last, of the load balancer or of one group: in words, or null.
 * The failing minutes alone would not tell: in a quiet service a minute has one request.
 */
export function totalFailure(
  bundle: EvidenceBundle,
  { failures, requests, summary }: Symptom,
): string | null {
  const { firstSeen, lastSeen } = summary;
  if (firstSeen === null || lastSeen === null || summary.count < LEAST_FAILURES) return null;
  const within = (series: ReadonlyMap<string, number>): number =>
    sum([...series].filter(([time]) => time >= firstSeen && time <= lastSeen).map(([, count]) => count));
  const failed = within(failures);
  const sent = within(requests);
  if (sent > 0 && failed / sent >= TOTAL_SHARE) {
    // A failed request counts in RequestCount only if a target could be chosen.
    return `from the first 502 to the last, ${percent(Math.min(1, failed / sent))} of the requests failed`;
  }
  const serving = servingGroups(bundle);
  if (serving.length <= 1 || !['RequestCount', ...ANSWERS].every((name) => couldRead(bundle, name)))
    return null;
  for (const group of serving.filter(({ targetType }) => targetType !== 'lambda')) {
    const of = (name: string): number => within(totalsByTime(seriesOfGroup(bundle, name, group)));
    const [asked, answered] = [of('RequestCount'), sum(ANSWERS.map(of))];
    // As many failures as it had requests, and no answer of its targets: the group fails as a whole.
    const matches = asked >= GROUP_REQUESTS && failed / asked >= 0.8 && failed / asked <= 1.25;
    if (matches && (asked - answered) / asked >= TOTAL_SHARE)
      return `target group ${printable(group.name)} answered ${answered} of its ${asked} requests between the first 502 and the last`;
  }
  return null;
}
