import { loadBalancerDimensionOf } from '../model/arn.ts';
import type { Diagnosis } from '../model/diagnosis.ts';

/** Longer lines are kept as their beginning and a checksum, so that no name can fill the state. */
const LINE_LENGTH = 200;

/** FNV-1a over UTF-16 units, 32 bits: tells values apart, not a security measure. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const bounded = (line: string): string =>
  line.length <= LINE_LENGTH ? line : `${line.slice(0, LINE_LENGTH)}#${checksum(line)}`;

/** Ends the line of a mismatch that rests on a default: once it is certain, it is announced again, as a warning. */
const BY_DEFAULT = ' by default';

/** What a posture warning is about, one line a mismatch; a warning is repeated only when there is a new line. */
export function postureFingerprints({ mismatches }: Diagnosis): readonly string[] {
  return (
    mismatches
      // Not the keep-alive itself: one that is estimated differs a little at every look.
      .map(({ targetGroupArn, idleTimeoutSeconds, marginSeconds, assumed }) => {
        const verdict = marginSeconds <= 0 ? 'short' : 'thin';
        return `${bounded(`${targetGroupArn} ${verdict} of ${idleTimeoutSeconds}`)}${assumed ? BY_DEFAULT : ''}`;
      })
      .sort()
  );
}

/** Whether a line was announced, or its certain form: after a warning, the same mismatch by default is no news. */
export const wasAnnouncedIn = (announced: readonly string[], line: string): boolean =>
  announced.includes(line) ||
  (line.endsWith(BY_DEFAULT) && announced.includes(line.slice(0, -BY_DEFAULT.length)));

/** A warning, unless every line is a mere default. */
export const postureSeverity = (lines: readonly string[]): 'warning' | 'info' =>
  lines.every((line) => line.endsWith(BY_DEFAULT)) ? 'info' : 'warning';

/** What a drift notice is about, one line a difference. */
export function driftFingerprints({ drift }: Diagnosis): readonly string[] {
  return drift
    .map((entry) =>
      bounded(`${entry.resourceArn} ${entry.key} ${entry.baseline ?? ''}>${entry.current ?? ''}`),
    )
    .sort();
}

/** The tail of a load balancer's ARN: `app/NAME/ID`, short and unique within account and region. */
export function shortName(loadBalancerArn: string): string {
  return loadBalancerDimensionOf(loadBalancerArn);
}

/** The name a person gave the load balancer. */
export function plainName(arn: string): string {
  return arn.split(':').at(-1)?.split('/').at(-2) ?? arn;
}
