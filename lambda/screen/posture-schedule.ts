import type { Settings } from '../env.ts';
import type { ScreenProgress } from '../store/monitor-store.ts';

const MINUTE_MS = 60_000;

/** Posture looks per sweep at least, so that a small fleet is through at once. */
export const LEAST_POSTURE_LOOKS = 25;

/**
 * In the first pass as many a sweep as are looked at until the next one (`POSTURE_LOOKS_PER_MINUTE` of look-schedule.ts), so that
 * 1,200 load balancers are known an hour after the deployment. What waits has to fit into one item of the table.
 */
const FIRST_PASS_PER_MINUTE = 20;
const MOST_WAITING = 1_000;

/**
 * The next stretch of the pass over all load balancers in the order of their ARNs. A pass is spread over the posture
 * interval, goes on where it stood, and begins anew once the interval is over.
 */
export function nextPostureBatch(
  arns: readonly string[],
  {
    passStartedAt,
    passAfterArn,
    firstPassDone,
  }: Pick<ScreenProgress, 'passStartedAt' | 'passAfterArn' | 'firstPassDone'>,
  settings: Pick<Settings, 'postureHours' | 'backstopMinutes'>,
  now: string,
): {
  readonly batch: readonly string[];
  readonly passStartedAt: string | null;
  readonly passAfterArn: string | null;
  readonly firstPassDone: boolean;
} {
  const intervalMinutes = settings.postureHours * 60;
  const running = passStartedAt !== null && passAfterArn !== null;
  const due =
    passStartedAt === null || Date.parse(now) - Date.parse(passStartedAt) >= intervalMinutes * MINUTE_MS;
  if (!running && !due)
    return { batch: [], passStartedAt, passAfterArn, firstPassDone: firstPassDone === true };
  const rest = running ? arns.filter((arn) => arn > passAfterArn) : arns;
  // Twice the even pace, so that a pass is through before the next begins although sweeps are missed.
  const even = Math.ceil((2 * arns.length * settings.backstopMinutes) / intervalMinutes);
  const first = Math.min(MOST_WAITING, FIRST_PASS_PER_MINUTE * settings.backstopMinutes);
  const pace = firstPassDone ? even : Math.max(even, first);
  const batch = rest.slice(0, Math.max(LEAST_POSTURE_LOOKS, pace));
  const through = batch.length === rest.length;
  return {
    batch,
    passStartedAt: running ? passStartedAt : now,
    passAfterArn: through ? null : (batch.at(-1) ?? null),
    firstPassDone: firstPassDone === true || through,
  };
}
