import * as z from 'zod';
import { verdictOf } from '../../bin/logs/verdict.ts';
import { isDefensible } from '../../lab/worlds/access-log/expert.ts';
import { groupArn } from '../../lab/worlds/access-log/line.ts';
import type { ExplanationKind } from '../../lab/worlds/access-log/truth.ts';
import type { World } from '../../lab/worlds/access-log/world.ts';
import { filesOf } from '../../lab/worlds/access-log/write.ts';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { inReadingOrder } from '../../lambda/access-log/reading/file-name.ts';
import { asLogged, claimedProbability } from '../claimed-probability.ts';

/** An estimate so far off is none. */
const LARGEST_ERROR = 0.01;
/** One that is further off than this is a false one, also where there is a race. */
const FALSE_ERROR = 0.05;

const shareSchema = z.object({ share: z.number() });
/** What the summary of a load balancer says of its explanations, where it has any. */
const explainedSchema = z.object({
  explanations: z.array(shareSchema.extend({ kind: z.string(), cause: z.string().nullable() })).default([]),
  unexplained: shareSchema.nullish(),
});

/** Explanations that say the same of failures of a kind. */
const SAME_KIND: Readonly<Record<ExplanationKind, readonly string[]>> = {
  'idle-time': ['idle-time'],
  'connection-requests': ['connection-requests', 'connection-age'],
  'connection-age': ['connection-age', 'connection-requests'],
  'target-time': ['target-time'],
  path: ['path'],
  client: ['client'],
  'request-body': ['request-body'],
  target: ['target', 'target-stop', 'moment'],
  node: ['node', 'target'],
  'target-stop': ['target-stop', 'target', 'moment', 'deregistration'],
  moment: ['moment', 'target', 'target-stop', 'node'],
  deregistration: ['deregistration', 'target-stop', 'moment'],
  'lambda-reason': ['lambda-reason'],
};

/** The share of the failures that a cause has, and the share that it was given. */
export interface SharePair {
  readonly cause: string;
  readonly truth: number;
  readonly given: number;
}

/** What was made of one log, beside what is true of it. */
export interface Judged {
  readonly family: string;
  readonly area: World['area'];
  readonly seed: number;
  readonly lines: number;
  readonly failures: number;
  readonly verdict: string;
  readonly probability: number;
  /**
   * The chance of all that look as the verdict does; null where either of two causes counts as right, which says
   * nothing of a probability.
   */
  readonly claimed: number | null;
  readonly isRight: boolean;
  readonly isDefensible: boolean;
  /** Causes with their numbers of failures, for reading. */
  readonly truth: string;
  readonly shares: readonly SharePair[];
  /** Whether some group has a race, whether it can be told, and whether it was, within 1 %. */
  readonly hasRace: boolean;
  readonly keepAliveTellable: boolean;
  readonly estimated: boolean;
  readonly isEstimateGood: boolean;
  /** Seconds of estimates that nothing in the world closes after. */
  readonly falseEstimates: readonly number[];
}

const utf8 = new TextEncoder();

function summaryOf(world: World) {
  const analysis = new LogAnalysis();
  for (const { name, text } of inReadingOrder(filesOf(world), (file) => file.name)) {
    analysis.startFile(name);
    analysis.feed(utf8.encode(text));
    analysis.endFile();
  }
  return analysis.reading().loadBalancers[0];
}

/** How far an estimate lies from the nearest time after which servers of the group do close. */
function errorOf(seconds: number, { scenario }: World, group: number): number {
  const spec = scenario.groups[group];
  const slack = spec?.sweepSeconds ?? spec?.granularitySeconds ?? 0;
  const closing = [...(spec?.keepAliveSeconds ?? []), spec?.fixed?.keepAliveSeconds ?? null].filter(
    (value) => value !== null && value < scenario.idleTimeoutSeconds,
  );
  const errors = closing.map((value) => {
    const keepAlive = value ?? Number.NaN;
    return seconds < keepAlive
      ? 1 - seconds / keepAlive
      : Math.max(0, seconds - slack - keepAlive) / keepAlive;
  });
  return Math.min(Number.POSITIVE_INFINITY, ...errors);
}

function estimatesOf(world: World, summary: ReturnType<typeof summaryOf>) {
  const errors: { readonly seconds: number; readonly error: number }[] = [];
  for (const { targetGroupArn, keepAlive, targets } of summary?.targetGroups ?? []) {
    const group = world.scenario.groups.findIndex((_, at) => groupArn(at) === targetGroupArn);
    for (const estimate of [keepAlive, ...targets.map((target) => target.keepAlive)])
      if (estimate)
        errors.push({ seconds: estimate.seconds, error: errorOf(estimate.seconds, world, group) });
  }
  return errors;
}

/** Clients that nearly alone ask for what they fail at: who asks and what is asked for are then one statement. */
const NEARLY_ALONE = 0.9;

function askAlone({ exchanges }: World, cause: string): boolean {
  const failed = exchanges.filter((exchange) => exchange.cause === cause && exchange.kind === 'client');
  const [paths, clients] = [
    new Set(failed.map(({ method, path }) => `${method} ${path}`)),
    new Set(failed.map(({ client }) => client)),
  ];
  const asked = exchanges.filter(({ method, path }) => paths.has(`${method} ${path}`));
  return asked.filter(({ client }) => clients.has(client)).length >= NEARLY_ALONE * asked.length;
}

function sharesOf(world: World, summary: unknown): SharePair[] {
  const { explanations, unexplained } = explainedSchema.parse(summary);
  return world.truth.parts.map(({ cause, kind, share }) => {
    const own = kind === null ? [] : SAME_KIND[kind];
    const same = kind === 'client' && askAlone(world, cause) ? [...own, 'path'] : own;
    const given = explanations
      .filter((explanation) => same.includes(explanation.kind))
      .reduce((sum, explanation) => sum + explanation.share, 0);
    return { cause, truth: share, given: kind === null ? (unexplained?.share ?? 0) : given };
  });
}

/** Has the log of a world diagnosed as `alb502 logs` does, and compares. */
export function judge(world: World): Judged {
  const { family, area, seed, truth } = world;
  const summary = summaryOf(world);
  if (!summary) throw new Error(`${family} ${seed}: nothing was read`);
  const {
    ranking,
    diagnosis: { explanations },
  } = verdictOf(summary, world.idleTimeoutSeconds);
  const verdict = ranking?.verdict ?? 'undetermined';
  const probability = ranking?.probability ?? 0;
  const estimates = estimatesOf(world, summary);
  return {
    family,
    area,
    seed,
    lines: world.exchanges.length,
    failures: truth.failures,
    verdict,
    probability,
    claimed:
      new Set(truth.right.map(asLogged)).size > 1
        ? null
        : claimedProbability({ verdict, probability, explanations }),
    isRight: truth.right.includes(verdict),
    isDefensible: isDefensible(truth, verdict, probability),
    truth: truth.parts
      .map(({ cause, kind, failures }) => `${failures} ${cause} (${kind ?? 'nothing'})`)
      .join(', '),
    shares: sharesOf(world, summary),
    hasRace: truth.parts.some(({ cause }) => cause === 'keepalive-mismatch'),
    keepAliveTellable: truth.keepAliveTellable,
    estimated: estimates.length > 0,
    isEstimateGood: estimates.some(({ error }) => error <= LARGEST_ERROR),
    falseEstimates: estimates.filter(({ error }) => error > FALSE_ERROR).map(({ seconds }) => seconds),
  };
}
