import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../lab/worlds/access-log/random.ts';
import { observedIn } from '../../lambda/diagnose/catalogue.ts';
import { posterior } from '../../lambda/diagnose/chances.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { CAUSE_IDS } from '../../lambda/model/cause.ts';
import { type Diagnosis, diagnosisSchema } from '../../lambda/model/diagnosis.ts';
import { type EvidenceBundle, evidenceBundleSchema } from '../../lambda/model/evidence.ts';
import { anyBundle, hostileText } from './arbitrary.ts';
import {
  bundleWith,
  change,
  counts,
  declared,
  deniedMetric,
  everyNth,
  failures,
  gap,
  group,
  groupTag,
  LOAD_BALANCER_ARN,
  loadBalancerAttribute,
  loadBalancerTag,
  silent,
  steady,
} from './bundle.ts';
import { generate } from './generator.ts';

/** Evidence of a known cause, as the generator makes it. */
const plausible = fc
  .tuple(fc.constantFrom(...CAUSE_IDS), fc.nat(1_000_000))
  .map(([cause, seed]) => generate(cause, randomFrom(seed)).bundle);
const either = fc.oneof(anyBundle, plausible);

const shuffled = <T>(list: readonly T[], seed: number): T[] => {
  const random = randomFrom(seed);
  return list
    .map((item) => ({ item, order: random.next() }))
    .sort((left, right) => left.order - right.order)
    .map(({ item }) => item);
};

/** A shell word, in quotes or bare; a remark ends the line. */
const SHELL_WORD = /^(?:'[^']*'|\\'|[\w@%+=:,./-])+$/;

describe('any bundle', () => {
  test('gets a diagnosis of the schema, the same each time', () => {
    fc.assert(
      fc.property(either, (bundle) => {
        const diagnosis = diagnose(bundle);
        expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
        expect(diagnose(structuredClone(bundle))).toEqual(diagnosis);
      }),
      { numRuns: 400 },
    );
  });

  test('gets probabilities that add up to one, with the verdict on top', () => {
    fc.assert(
      fc.property(either, (bundle) => {
        const { verdict, probability, hypotheses, symptom } = diagnose(bundle);
        if (symptom.count === 0) {
          expect([verdict, probability, hypotheses]).toEqual([null, 0, []]);
          return;
        }
        expect(hypotheses.map(({ cause }) => cause).sort()).toEqual([...CAUSE_IDS].sort());
        const total = hypotheses.reduce((sum, one) => sum + one.probability, 0);
        expect(Math.abs(total - 1)).toBeLessThan(0.001);
        expect([hypotheses[0]?.cause, hypotheses[0]?.probability]).toEqual([verdict, probability]);
        if (verdict !== 'undetermined') expect(probability).toBeGreaterThanOrEqual(0.7);
      }),
      { numRuns: 400 },
    );
  });

  test('without a 502 there is no verdict', () => {
    fc.assert(
      fc.property(either, (bundle) => {
        const quiet = { ...silent('HTTPCode_ELB_502_Count')(bundle), accessLog: null };
        expect(diagnose(quiet)).toMatchObject({ verdict: null, hypotheses: [], symptom: { count: 0 } });
      }),
      { numRuns: 100 },
    );
  });
});

describe('plausible evidence', () => {
  test('is told alike in whatever order it came', () => {
    fc.assert(
      fc.property(plausible, fc.nat(), (bundle, seed) => {
        const other: EvidenceBundle = {
          ...bundle,
          metrics: shuffled(bundle.metrics, seed),
          targetGroups: shuffled(bundle.targetGroups, seed + 1),
          changes: shuffled(bundle.changes, seed + 2),
          gaps: shuffled(bundle.gaps, seed + 3),
        };
        const summary = ({ verdict, probability, severity, mismatches }: Diagnosis) => ({
          verdict,
          probability,
          severity,
          mismatches,
        });
        expect(summary(diagnose(other))).toEqual(summary(diagnose(bundle)));
      }),
      { numRuns: 150 },
    );
  });

  test('a gap about what gave no evidence moves no probability', () => {
    const idle = fc.constantFrom(
      gap('tags'),
      gap('listeners'),
      gap('backend-log'),
      gap('access-log'),
      gap('load-balancer'),
      gap('metrics', { metrics: ['RejectedConnectionCount'] }),
      gap('metrics', { metrics: ['constructor'] }),
    );
    fc.assert(
      fc.property(plausible, idle, (bundle, addGap) => {
        const chances = ({ hypotheses }: Diagnosis) => hypotheses.map((one) => [one.cause, one.probability]);
        expect(chances(diagnose(addGap(bundle)))).toEqual(chances(diagnose(bundle)));
      }),
      { numRuns: 150 },
    );
  });

  test('an added gap never makes a verdict surer', () => {
    const gaps = fc.oneof(
      fc
        .constantFrom('changes', 'target-health', 'target-groups', 'tags', 'attributes')
        .map((subject) => gap(subject)),
      fc
        .constantFrom(
          'TargetConnectionErrorCount',
          'TargetTLSNegotiationErrorCount',
          'HTTPCode_ELB_504_Count',
          'HealthyHostCount',
          'UnHealthyHostCount',
          'LambdaUserError',
          'TargetResponseTime',
        )
        .map((name) => gap('metrics', { metrics: [name] })),
    );
    fc.assert(
      fc.property(plausible, gaps, (bundle, addGap) => {
        const [before, after] = [diagnose(bundle), diagnose(addGap(bundle))];
        if (after.verdict === 'undetermined') return;
        const known = before.hypotheses.find(({ cause }) => cause === after.verdict)?.probability ?? 0;
        expect(after.probability, `${before.verdict} ${before.probability}`).toBeLessThanOrEqual(
          known + 0.0002,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('evidence that says nothing changes nothing', () => {
    const nothing = fc.constantFrom(
      counts('RejectedConnectionCount', steady(3)),
      counts('HTTPCode_Target_4XX_Count', steady(9), { group: 'other' }),
      loadBalancerTag('team', 'web'),
      groupTag('web', 'cost-centre', '12'),
      change(60, 'AddTags', LOAD_BALANCER_ARN),
      loadBalancerAttribute('deletion_protection.enabled', 'true'),
    );
    fc.assert(
      fc.property(plausible, nothing, (bundle, add) => {
        const of = ({ verdict, hypotheses }: Diagnosis) => ({
          verdict,
          chances: hypotheses.map((one) => [one.cause, one.probability]),
        });
        expect(of(diagnose(add(bundle)))).toEqual(of(diagnose(bundle)));
      }),
      { numRuns: 150 },
    );
  });

  test('renaming resources changes nothing', () => {
    const renamed = (bundle: EvidenceBundle): EvidenceBundle => {
      const text = JSON.stringify(bundle)
        .replaceAll('targetgroup/web/', 'targetgroup/zebra-7/')
        .replaceAll('"name":"web"', '"name":"zebra-7"')
        .replaceAll('app/shop/', 'app/aardvark/')
        .replaceAll('"name":"shop"', '"name":"aardvark"')
        .replaceAll('eu-central-1', 'ap-southeast-2')
        .replaceAll('123456789012', '210987654321')
        .replaceAll('10.0.', '172.31.');
      return evidenceBundleSchema.parse(JSON.parse(text));
    };
    fc.assert(
      fc.property(plausible, (bundle) => {
        const of = ({ verdict, probability, severity, hypotheses }: Diagnosis) => ({
          verdict,
          probability,
          severity,
          weights: hypotheses.map(({ cause, evidence }) => [cause, evidence.map(({ weight }) => weight)]),
        });
        expect(of(diagnose(renamed(bundle)))).toEqual(of(diagnose(bundle)));
      }),
      { numRuns: 150 },
    );
  });

  test('the names and the size of the service do not matter, only the shares', () => {
    fc.assert(
      fc.property(plausible, fc.constantFrom(2, 3, 10), (bundle, factor) => {
        const larger = {
          ...bundle,
          metrics: bundle.metrics.map((series) =>
            series.statistic === 'Sum'
              ? { ...series, values: series.values.map((value) => value * factor) }
              : series,
          ),
        };
        const [small, large] = [diagnose(bundle), diagnose(larger)];
        // More of the same may decide what few failures could not, but names no other cause.
        if (small.verdict !== 'undetermined' && large.verdict !== 'undetermined')
          expect(large.verdict).toBe(small.verdict);
      }),
      { numRuns: 150 },
    );
  });

  test('not being able to read a metric never makes a sure verdict out of its absence', () => {
    const hidden = fc.constantFrom(
      'TargetConnectionErrorCount',
      'TargetTLSNegotiationErrorCount',
      'HTTPCode_ELB_504_Count',
      'LambdaUserError',
      'HealthyHostCount',
    );
    fc.assert(
      fc.property(fc.nat(1_000_000), hidden, (seed, metric) => {
        const { bundle } = generate('keepalive-mismatch', randomFrom(seed));
        // Before abstention, which rescales all where the leader is not decisive.
        const chance = (one: EvidenceBundle) => posterior(observedIn(one)).get('keepalive-mismatch') ?? 0;
        const blind = silent(metric)(bundle);
        // Hidden, the metric may have been anything; silent, it was zero.
        expect(chance(deniedMetric(metric)(bundle))).toBeLessThanOrEqual(chance(blind) + 0.0001);
      }),
      { numRuns: 100 },
    );
  });
});

describe('commands', () => {
  /** The `aws` and `alb502` lines of a diagnosis, what follows a remark cut off. */
  const commandsOf = ({ actions, missingEvidence }: Diagnosis): string[] =>
    [
      ...actions.flatMap(({ commands, rollback }) => [...commands, ...rollback]),
      ...missingEvidence.map(({ how }) => how),
    ].filter((line) => /^(aws|alb502) /.test(line));

  test('have every value of a stranger in quotes, on one line', () => {
    fc.assert(
      fc.property(anyBundle, (bundle) => {
        for (const line of commandsOf(diagnose(bundle))) {
          expect(line).not.toMatch(/[\n\r\u2028\u2029\0]/);
          const [command = ''] = line.split('   # ');
          for (const word of command.match(/(?:'[^']*'|\\'|\S)+/g) ?? []) expect(word).toMatch(SHELL_WORD);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('run in a real shell, do nothing but what they say', () => {
    const folder = mkdtempSync(join(tmpdir(), 'alb502-shell-'));
    const trap = join(folder, 'pwned');
    const texts = [
      `$(touch ${trap})`,
      `\`touch ${trap}\``,
      `'; touch ${trap}; '`,
      `a\ntouch ${trap}\n`,
      `x" ; touch ${trap} ; "`,
      `a & touch ${trap} &`,
    ];
    try {
      for (const text of texts) {
        const bundle = bundleWith(
          failures(everyNth(9, 2)),
          declared(5),
          group('web', { name: text, targets: [] }),
          groupTag('web', 'alb502:server', text),
          groupTag('web', 'alb502:log-group', text),
          groupTag('web', 'alb502:runbook', text),
          loadBalancerAttribute('access_logs.s3.enabled', 'true'),
          loadBalancerAttribute('access_logs.s3.bucket', text),
        );
        for (const line of commandsOf(diagnose({ ...bundle, region: text }))) {
          const script = `aws() { :; }; alb502() { :; }\n${line}`;
          execFileSync('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
        }
      }
      expect(existsSync(trap)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('titles stay on one line whatever the names are', () => {
    fc.assert(
      fc.property(anyBundle, hostileText, (bundle, name) => {
        const named = { ...bundle, targetGroups: bundle.targetGroups.map((one) => ({ ...one, name })) };
        const { actions, missingEvidence } = diagnose(named);
        for (const title of [...actions.map((one) => one.title), ...missingEvidence.map((one) => one.what)])
          expect(title).not.toMatch(/[\n\r\u2028\u2029\0]/);
      }),
      { numRuns: 200 },
    );
  });
});
