import type { ResponseFact } from '../model/evidence.ts';

/** A target is asked again every hour; an answer that nobody could repeat for a day tells of a target that is gone. */
const IN_FORCE_MS = 24 * 3_600_000;

/**
 * The stored answers that are evidence of the failure that goes on: given since its incident was opened, and within the
 * last 24 hours. What a target answered in an incident before this one tells nothing, for it was mended since.
 *
 * @param openedAt - ISO time; null where no incident is open
 * @param at - ISO time of the look
 */
export function answersInForce(
  answers: readonly ResponseFact[],
  openedAt: string | null,
  at: string,
): readonly ResponseFact[] {
  if (openedAt === null) return [];
  const earliest = Math.max(Date.parse(openedAt), Date.parse(at) - IN_FORCE_MS);
  return answers.filter((answer) => Date.parse(answer.at) >= earliest);
}
