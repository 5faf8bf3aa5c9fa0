import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incidentMarkdown, incidentText } from '../../lambda/alert/render/incident.ts';
import { boundedDiagnosis, boundedIncident, bytesOf } from '../../lambda/alert/size-limits.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { type Incident, incidentSchema } from '../../lambda/model/alert.ts';
import type { Diagnosis } from '../../lambda/model/diagnosis.ts';
import type { Change } from '../../lambda/model/evidence.ts';
import { recordAt } from '../store/entries.ts';
import { failingRequestAt } from './failing-request.ts';
import { minute, SHOP, WEB } from './looks.ts';
import { FAILING, shopBundle } from './shop.ts';

const { incident: EXAMPLE } = recordAt(10);
if (!EXAMPLE) throw new Error('the example has no incident');
const incidentWith = (parts: Partial<Incident>): Incident => ({ ...EXAMPLE, ...parts });

/** The lines of Markdown that stand outside of fenced code. */
function outsideCode(markdown: string): string[] {
  let fence = '';
  return markdown.split('\n').filter((line) => {
    const ticks = /^`{3,}$/.exec(line)?.[0] ?? '';
    if (fence === '' && ticks !== '') fence = ticks;
    else if (fence !== '' && ticks === fence) fence = '';
    else return fence === '';
    return false;
  });
}

describe('the record', () => {
  test('names the failed requests exactly, and how many there were', () => {
    const requests = [1, 2].map(failingRequestAt);
    const text = incidentText(incidentWith({ failingRequests: { requests, atLeast: 30 } }));
    expect(text).toContain(
      [
        'FAILED REQUESTS',
        '2 of at least 30: the first and the newest; the access log has the others',
        '    2026-11-23T00:00:01.000Z GET https://shop.example.com:443/cart target 10.0.0.7:8080, status 502 (target -), times 0 0.001 -1 s, trace 1-58337262-000000000000000000000001',
      ].join('\n'),
    );
  });

  test('says all that is known of one that is over, in this order', () => {
    const change: Change = {
      ...{ at: minute(3), eventName: 'ModifyLoadBalancerAttributes', resourceArn: SHOP },
      ...{ principal: 'dana', sourceIpAddress: '203.0.113.9', userAgent: 'aws-cli/2.17', from: null },
      to: { 'idle_timeout.timeout_seconds': '120', 'waf.enabled': 'true' },
    };
    const unknown = {
      ...change,
      at: minute(4),
      principal: null,
      sourceIpAddress: null,
      userAgent: null,
      to: null,
    };
    const part = (failures: number, requests: number, from: number) => ({
      ...{ failures, requests, from: minute(from), to: minute(from + 60) },
    });
    const diagnosis: Diagnosis = {
      ...EXAMPLE.diagnosis,
      ...{ verdict: 'keepalive-mismatch', probability: 0.93 },
      symptom: { ...EXAMPLE.diagnosis.symptom, count: 3, requests: 1200, ratio: 0.0025 },
    };
    const text = incidentText(
      incidentWith({
        ...{ diagnosis, owner: 'team shop', firstFailure: minute(1), lastFailure: minute(60) },
        ...{ openedAt: minute(2), resolvedAt: minute(120), returns: 2 },
        configuration: {
          baseline: { [SHOP]: { idle: '60', waf: 'false', same: 'x' } },
          opened: { [SHOP]: { idle: '120', waf: 'false', same: 'x' }, [WEB]: { delay: '300' } },
          latest: { [SHOP]: { idle: '120', same: 'x' }, [WEB]: { delay: '30' } },
        },
        changes: [change, unknown],
        proof: {
          ...{
            before: part(3, 1200, 0),
            after: part(0, 0, 60),
            chanceByPauses: 0.02,
            chanceByRequests: 0.000_04,
          },
        },
        notes: [
          { at: minute(5), by: 'dana', text: 'raised it' },
          { at: minute(6), by: null, text: 'lowered it' },
        ],
        attachments: [{ at: minute(7), by: null, command: 'uptime', output: ' up 3 days\nload 1' }],
        timeline: [
          {
            at: minute(2),
            phase: 'firing',
            reason: 'three failed',
            event: 'firing',
            verdict: 'keepalive-mismatch',
          },
          { at: minute(120), phase: 'inactive', reason: 'quiet', event: null, verdict: null },
        ],
      }),
    );
    const sections = text.split('\n\n').filter((section) => !/^(?:DIAGNOSIS|WHY|Cause)/.test(section));
    expect(sections.join('\n\n')).toBe(`shop (eu-central-1): keepalive-mismatch, over

INCIDENT
id: app/shop/0123456789abcdef@2026-11-23T00:00:00.000Z
load balancer: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/0123456789abcdef
account 123456789012, region eu-central-1, owner team shop
cause: keepalive-mismatch (the target closes idle connections before the load balancer does), 93 % sure
failing from 2026-11-23T00:01:00.000Z to 2026-11-23T01:00:00.000Z
seen 2026-11-23T00:02:00.000Z, over 2026-11-23T02:00:00.000Z
came back 2 times after it had been closed

PROOF
before: 3 of 1,200 requests (0.25 %), 2026-11-23T00:00:00.000Z to 2026-11-23T01:00:00.000Z
after: 0 of 0 requests (none), 2026-11-23T01:00:00.000Z to 2026-11-23T02:00:00.000Z
chance that the silence is luck, by the usual pauses: 2 %
chance that the silence is luck, by the rate: 0.004 %

CONFIGURATION
shop: idle: accepted 60, at the first look 120, at the last 120
shop: waf: accepted false, at the first look false, at the last (none)
web: delay: accepted 300, at the first look 300, at the last 30

CHANGES
change window: 2026-11-23T00:03:00.000Z to 2026-11-23T00:04:00.000Z
00:03 ModifyLoadBalancerAttributes shop idle_timeout.timeout_seconds=120 waf.enabled=true by dana from 203.0.113.9 with AWS CLI 2.17
00:04 ModifyLoadBalancerAttributes shop by unknown

COMMANDS AND OUTPUTS
2026-11-23T00:07:00.000Z someone:
    $ uptime
     up 3 days
    load 1

NOTES
2026-11-23T00:05:00.000Z dana: raised it
2026-11-23T00:06:00.000Z someone: lowered it

HISTORY
2026-11-23T00:02:00.000Z firing, announced: firing: three failed
2026-11-23T02:00:00.000Z inactive: quiet
`);
  });

  test('says who silenced it, why, and until when', () => {
    const silences = [{ from: minute(1), until: minute(60), by: 'dana', reason: 'the database moves' }];
    expect(incidentText(incidentWith({ silences }))).toContain(
      `SILENCES\n${minute(1)} silenced by dana until ${minute(60)} (the database moves)`,
    );
  });

  test('tells of a look that came to another cause, in its history', () => {
    const about = { phase: 'firing', reason: 'still failing, nothing new', event: null } as const;
    const text = incidentText(
      incidentWith({
        timeline: [
          { at: minute(1), ...about, verdict: EXAMPLE.diagnosis.verdict, probability: 0.9 },
          { at: minute(2), ...about, verdict: 'deployment', probability: 0.71 },
          { at: minute(3), ...about },
        ],
      }),
    );
    expect(text).toContain(`${minute(1)} firing: still failing, nothing new\n`);
    expect(text).toContain(
      `${minute(2)} firing: still failing, nothing new (this look came to deployment, 71 %)\n`,
    );
    expect(text).toContain(`${minute(3)} firing: still failing, nothing new\n`);
  });

  test('gives the change window', () => {
    const change = { ...{ eventName: 'x', resourceArn: 'a', principal: null, sourceIpAddress: null } };
    const changes = [3, 7].map((at) => ({
      ...change,
      at: minute(at),
      userAgent: null,
      from: null,
      to: null,
    }));
    expect(incidentText(incidentWith({ changes }))).toContain(
      `change window: ${minute(3)} to ${minute(7)}\n`,
    );
  });

  test('as Markdown shows commands as code that can be copied', () => {
    const diagnosis = diagnose(shopBundle({ at: 180, failing: FAILING }));
    const markdown = incidentMarkdown(incidentWith({ diagnosis }));
    const commands = diagnosis.actions.flatMap((action) => [...action.commands, ...action.rollback]);
    expect(commands.length).toBeGreaterThan(4);
    expect(outsideCode(markdown).join('\n')).toContain(
      'The server must keep idle connections longer than the load balancer',
    );
    for (const command of commands) {
      expect(markdown.split('\n')).toContain(command);
      expect(outsideCode(markdown)).not.toContain(command);
    }
  });

  test('as Markdown keeps the indentation of a configuration', () => {
    const configuration = ['spec:', '  template:', '    metadata:', '     annotations: {}', ' a'];
    const action = { title: 'Set it', why: 'so', commands: configuration, rollback: configuration };
    const diagnosis = { ...EXAMPLE.diagnosis, actions: [action] };
    const markdown = incidentMarkdown(incidentWith({ diagnosis }));
    expect(markdown.split(configuration.join('\n'))).toHaveLength(3);
  });

  test('as Markdown leaves an output as it was', () => {
    const output = 'A sentence.\n  indented\n\n| a | *b* |';
    const attachments = [{ at: minute(1), by: null, command: 'cat it', output }];
    expect(incidentMarkdown(incidentWith({ attachments }))).toContain(`\`\`\`\n$ cat it\n${output}\n\`\`\``);
  });

  test('whatever an output, a request or a silence says, it adds no section, line or mark-up', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('```', '````\n# x', '\n## History', '<script>', '[a](b)', '   ```', '|a|', '\u2028# y'),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (one, two, three) => {
        const incident = incidentWith({
          attachments: [{ at: minute(1), by: one, command: two, output: `${three}\n${one}` }],
          silences: [{ from: minute(1), until: minute(2), by: two, reason: three }],
          failingRequests: { requests: [{ ...failingRequestAt(1), url: one, target: two }], atLeast: 1 },
        });
        const outside = outsideCode(incidentMarkdown(incident));
        const titles = outside.filter((line) => line.startsWith('#'));
        const expected = outsideCode(
          incidentMarkdown(
            incidentWith({
              attachments: [{ at: minute(1), by: 'a', command: 'a', output: 'a\na' }],
              silences: [{ from: minute(1), until: minute(2), by: 'a', reason: 'a' }],
              failingRequests: { requests: [failingRequestAt(1)], atLeast: 1 },
            }),
          ),
        ).filter((line) => line.startsWith('#'));
        expect(titles).toEqual(expected);
        for (const line of outside) expect(line).not.toMatch(/(?<!\\)<|(?<!\\)\]\(/);
      }),
    );
  });

  test('of an older version is read, without what it did not have', () => {
    const { failingRequests, silences, attachments, ...older } = EXAMPLE;
    expect(incidentSchema.parse(older)).toMatchObject({
      failingRequests: null,
      silences: [],
      attachments: [],
    });
    expect([failingRequests, silences, attachments]).toEqual([null, [], []]);
  });
});

describe('what would not fit', () => {
  const LONG = 'x'.repeat(3000);
  const cutAt = (length: number): string => `${'x'.repeat(length - 1)}…`;
  const [brief, name] = [cutAt(60), cutAt(512)];
  const many = <T>(one: T): T[] => Array.from({ length: 12 }, () => one);
  const drift = {
    ...{ resourceArn: LONG, key: LONG, baseline: LONG, current: LONG, changedAt: LONG, changedBy: LONG },
    ...{ changedFrom: LONG, changedWith: LONG, unknownBecause: LONG, expected: true, onset: LONG },
  };
  const mismatch = {
    ...{ targetGroupArn: LONG, idleTimeoutSeconds: 60, keepAliveSeconds: 5, source: 'tag' as const },
    marginSeconds: -55,
  };
  const command = `aws ${'x'.repeat(300)}`;
  const diagnosis: Diagnosis = {
    ...EXAMPLE.diagnosis,
    ...{ loadBalancerArn: LONG, region: LONG, at: LONG },
    symptom: { ...EXAMPLE.diagnosis.symptom, firstSeen: LONG, lastSeen: null },
    hypotheses: many({
      ...{ cause: 'deployment' as const, probability: 0.5 },
      evidence: many({ fact: LONG, source: LONG, weight: 1 }),
    }),
    explanations: many({
      ...{ kind: 'path' as const, cause: null, causes: [], failures: 1, share: 1, gainNats: 1, fact: LONG },
      where: { targetGroupArn: LONG, target: LONG, node: LONG, path: LONG },
    }),
    mismatches: [{ ...mismatch, detail: LONG }, ...many(mismatch)],
    drift: many(drift),
    missingEvidence: many({ what: LONG, how: LONG, separates: ['deployment'] }),
    actions: many({
      ...{ title: LONG, why: LONG, commands: [command, 'b'], rollback: [command, 'd'] },
      ...{ layer: 'target' as const, owner: 'ecs' as const },
    }),
  };

  test('of a diagnosis is cut as far as it must be, and no command is cut in two', () => {
    expect(boundedDiagnosis(diagnosis, bytesOf(diagnosis))).toBe(diagnosis);
    const of = (limit: number) => boundedDiagnosis(diagnosis, limit);
    expect(of(bytesOf(diagnosis) - 1).drift).toHaveLength(10);
    expect(of(1)).toEqual({
      ...EXAMPLE.diagnosis,
      ...{ loadBalancerArn: name, region: name, at: name },
      symptom: { ...EXAMPLE.diagnosis.symptom, firstSeen: name, lastSeen: null },
      hypotheses: [
        { cause: 'deployment', probability: 0.5, evidence: [{ fact: brief, source: brief, weight: 1 }] },
      ],
      explanations: [
        {
          ...diagnosis.explanations[0],
          ...{ fact: brief, where: { targetGroupArn: name, target: name, node: name, path: name } },
        },
      ],
      mismatches: [{ ...mismatch, targetGroupArn: name, detail: brief }],
      drift: [
        {
          ...{ resourceArn: name, key: brief, baseline: brief, current: brief, changedAt: brief },
          ...{ changedBy: brief, changedFrom: brief, changedWith: brief, unknownBecause: brief },
          ...{ expected: true, onset: brief },
        },
      ],
      missingEvidence: [{ what: brief, how: brief, separates: ['deployment'] }],
      actions: [
        {
          ...{ title: brief, why: brief, layer: 'target', owner: 'ecs' },
          commands: ['# a command of 304 characters is left out here'],
          rollback: ['# a command of 304 characters is left out here'],
        },
      ],
    });
    const sizes = [120_000, 60_000, 8_000].map((limit) => of(limit));
    expect(sizes.map((one) => one.actions.length)).toEqual([6, 3, 1]);
    expect(sizes[0]?.actions[0]?.commands).toEqual([command, 'b']);
    expect(sizes[0]?.mismatches[1]).not.toHaveProperty('detail');
    expect(sizes[0]?.mismatches[0]?.targetGroupArn).toBe(name);
  });

  test('of a record is cut: configuration and old changes first, then both go', () => {
    const values = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`key-${index}`, LONG]));
    const resources = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`arn-${index}`, values]));
    const change: Change = {
      ...{ at: minute(3), eventName: LONG, resourceArn: LONG, principal: LONG, sourceIpAddress: null },
      ...{ userAgent: LONG, from: { [LONG]: LONG }, to: { a: LONG } },
    };
    const timeline = [{ at: minute(1), phase: 'firing' as const, reason: LONG, event: null }];
    const record = incidentWith({
      ...{ timeline, changes: Array.from({ length: 60 }, (_, index) => ({ ...change, at: minute(index) })) },
      configuration: { baseline: null, opened: {}, latest: resources },
    });
    const small = boundedIncident(record);
    expect(bytesOf(small)).toBeLessThanOrEqual(300_000);
    const latest = Object.entries(small.configuration?.latest ?? {});
    expect(latest.map(([arn]) => arn)).toEqual(['arn-0', 'arn-1', 'arn-2', 'arn-3', 'arn-4']);
    expect(Object.entries(latest[0]?.[1] ?? {})).toHaveLength(100);
    expect(latest[0]?.[1]['key-99']).toBe(cutAt(200));
    expect(small.configuration).toMatchObject({ baseline: null, opened: {} });
    expect(small.changes.map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, index) => minute(index + 40)),
    );
    expect(small.changes[0]).toEqual({
      ...{ at: minute(40), eventName: cutAt(100), resourceArn: name, principal: cutAt(300) },
      ...{
        sourceIpAddress: null,
        userAgent: cutAt(300),
        from: { [cutAt(100)]: cutAt(200) },
        to: { a: cutAt(200) },
      },
    });
    expect(small.timeline[0]?.reason).toBe(cutAt(300));
    const huge = incidentWith({ ...record, notes: [{ at: minute(1), by: null, text: 'x'.repeat(300_000) }] });
    expect(boundedIncident(huge)).toMatchObject({ configuration: null, changes: [] });
    const fits = incidentWith({ changes: [change] });
    expect(boundedIncident(fits)).toBe(fits);
  });
});
