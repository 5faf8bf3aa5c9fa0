import { verdictOf } from '../bin/logs/verdict.ts';
import type { Drawn } from '../lab/worlds/access-log/families.ts';
import { groupArn } from '../lab/worlds/access-log/line.ts';
import { type Simulated, simulate } from '../lab/worlds/access-log/simulate.ts';
import { filesOf } from '../lab/worlds/access-log/write.ts';
import { LogAnalysis } from '../lambda/access-log/analysis.ts';
import { inReadingOrder } from '../lambda/access-log/file-name.ts';

/** What one generated log came to, beside the truth. */
export interface EstimateResult {
  readonly seed: number;
  readonly family: string;
  readonly lines: number;
  readonly elb502: number;
  readonly raceFailures: number;
  /** null where the targets never close. */
  readonly trueSeconds: number | null;
  readonly seconds: number | null;
  readonly pValue: number | null;
  /** Estimates for groups whose targets never close. */
  readonly falseEstimates: number;
  readonly causes: readonly string[];
  /** The cause of most failures. */
  readonly mainCause: string | null;
  /** Share of the failures that the main cause has. */
  readonly mainShare: number;
  readonly verdict: string | null;
  readonly probability: number;
}

const utf8 = new TextEncoder();

function mainOf(simulated: Simulated): { readonly mainCause: string | null; readonly mainShare: number } {
  const ordered = [...simulated.causes].sort((a, b) => b[1] - a[1]);
  const all = ordered.reduce((sum, [, count]) => sum + count, 0);
  return { mainCause: ordered[0]?.[0] ?? null, mainShare: (ordered[0]?.[1] ?? 0) / Math.max(1, all) };
}

/** Plays a scenario; gives null where it has fewer race failures than asked for, and was not analysed. */
export function estimateCase(seed: number, drawn: Drawn, fewestRaceFailures: number): EstimateResult | null {
  const simulated = simulate(drawn.scenario);
  const raceFailures = simulated.raceFailures[0] ?? 0;
  if (raceFailures < fewestRaceFailures) return null;
  const analysis = new LogAnalysis();
  for (const { name, text } of inReadingOrder(filesOf(simulated), (file) => file.name)) {
    analysis.startFile(name);
    analysis.feed(utf8.encode(text));
    analysis.endFile();
  }
  const reading = analysis.reading();
  const summary = reading.loadBalancers[0];
  const { ranking } = summary ? verdictOf(summary, drawn.scenario.idleTimeoutSeconds) : { ranking: null };
  const groups = summary?.targetGroups ?? [];
  const keepAlive = groups.find(({ targetGroupArn }) => targetGroupArn === groupArn(0))?.keepAlive ?? null;
  const falseEstimates = groups.filter(({ targetGroupArn, keepAlive: estimate }) => {
    const at = drawn.scenario.groups.findIndex((_, group) => groupArn(group) === targetGroupArn);
    return estimate !== null && drawn.scenario.groups[at]?.keepAliveSeconds[0] === null;
  }).length;
  return {
    seed,
    family: drawn.family,
    lines: reading.linesRead,
    elb502: summary?.elb502 ?? 0,
    raceFailures,
    trueSeconds: drawn.scenario.groups[0]?.keepAliveSeconds[0] ?? null,
    seconds: keepAlive?.seconds ?? null,
    pValue: keepAlive?.pValue ?? null,
    falseEstimates,
    causes: [...simulated.causes.keys()],
    ...mainOf(simulated),
    verdict: ranking?.verdict ?? null,
    probability: ranking?.probability ?? 0,
  };
}
