import { verdictOf } from '../../bin/logs/verdict.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import type { Explanation } from '../../lambda/model/explanation.ts';
import { claimedProbability } from '../claimed-probability.ts';

/** What of a diagnosis is judged: what `alb502 logs --json` prints, and nothing behind it. */
export interface Diagnosed {
  readonly elb502: number;
  readonly verdict: string;
  readonly probability: number;
  readonly claimed: number;
  readonly explanations: readonly Explanation[];
  readonly unexplainedShare: number;
  readonly keepAliveSeconds: readonly number[];
}

const utf8 = new TextEncoder();

/** Has a log diagnosed as `alb502 logs` does with one file. */
export function diagnosed(lines: readonly string[]): Diagnosed {
  const analysis = new LogAnalysis();
  analysis.startFile('outside.log');
  analysis.feed(utf8.encode(`${lines.join('\n')}\n`));
  analysis.endFile();
  const { loadBalancers, linesRejected } = analysis.reading();
  const [summary] = loadBalancers;
  if (summary === undefined || linesRejected > 0) throw new Error('lines were rejected');
  const { ranking, diagnosis } = verdictOf(summary, null);
  const { verdict, probability } = ranking ?? { verdict: 'none', probability: 0 };
  const { explanations } = diagnosis;
  return {
    elb502: summary.elb502,
    verdict,
    probability,
    claimed: claimedProbability({ verdict, probability, explanations }),
    explanations,
    unexplainedShare: diagnosis.unexplained?.share ?? 0,
    keepAliveSeconds: summary.targetGroups.flatMap(({ keepAlive }) => (keepAlive ? [keepAlive.seconds] : [])),
  };
}
