import type { Settings } from './env.ts';
import type { ScreenProgress } from './store/monitor-store.ts';

const MINUTE_MS = 60_000;

/** Posture looks per beat at least, so that a small fleet is through at once. */
export const LEAST_POSTURE_LOOKS = 25;

/**
 * The next stretch of the pass over all load balancers in the order of their ARNs. A pass is spread over the posture
 * interval, goes on where it stood, and begins anew once the interval is over.
 */
export function posturePass(
  arns: readonly string[],
  { passStartedAt, passAfterArn }: Pick<ScreenProgress, 'passStartedAt' | 'passAfterArn'>,
  settings: Pick<Settings, 'postureHours' | 'backstopMinutes'>,
  now: string,
): {
  readonly batch: readonly string[];
  readonly passStartedAt: string | null;
  readonly passAfterArn: string | null;
} {
  const intervalMinutes = settings.postureHours * 60;
  const running = passStartedAt !== null && passAfterArn !== null;
  const due =
    passStartedAt === null || Date.parse(now) - Date.parse(passStartedAt) >= intervalMinutes * MINUTE_MS;
  if (!running && !due) return { batch: [], passStartedAt, passAfterArn };
  const rest = running ? arns.filter((arn) => arn > passAfterArn) : arns;
  // Twice the even pace, so that a pass is through before the next begins although beats are missed.
  const pace = Math.ceil((2 * arns.length * settings.backstopMinutes) / intervalMinutes);
  const batch = rest.slice(0, Math.max(LEAST_POSTURE_LOOKS, pace));
  const through = batch.length === rest.length;
  return {
    batch,
    passStartedAt: running ? passStartedAt : now,
    passAfterArn: through ? null : (batch.at(-1) ?? null),
  };
}
