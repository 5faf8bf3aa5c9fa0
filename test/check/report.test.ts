import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { renderCheck } from '../../bin/check/report.ts';
import { baselineOf, baselineSchema } from '../../check/baseline.ts';
import { RULE_IDS } from '../../check/compare/rules.ts';
import { annotations } from '../../check/report/annotations.ts';
import { checkJson } from '../../check/report/json.ts';
import { checkSarif } from '../../check/report/sarif.ts';
import { at, byDefault, check, loadBalancer, server, unknown, wholeRepository } from './repository.ts';

const TOOL = { version: '1.2.3', fingerprint: (text: string) => String(text.length) };

const text = z.strictObject({ text: z.string().min(1) });
const location = z.object({
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({
      uri: z.string().regex(/^(?!\/)(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$/),
      uriBaseId: z.literal('%SRCROOT%'),
    }),
    region: z.strictObject({ startLine: z.int().min(1) }),
  }),
});
/** What the schema of SARIF 2.1.0 requires of the parts that are written, and what GitHub asks beyond it. */
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
          rules: z.array(
            z.strictObject({
              id: z.string(),
              name: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
              shortDescription: text,
              fullDescription: text,
              help: text,
              properties: z.strictObject({ tags: z.array(z.string()) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      originalUriBaseIds: z.record(z.string(), z.strictObject({ description: text })),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({
              level: z.enum(['none', 'note', 'warning', 'error']),
              message: text,
              locations: z.array(location),
            }),
          ),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.enum(RULE_IDS),
          ruleIndex: z.int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: text,
          locations: z.array(location).min(1),
          relatedLocations: z.array(location.extend({ id: z.int(), message: text })),
          partialFingerprints: z.record(z.string(), z.string().min(1)),
          suppressions: z
            .array(z.strictObject({ kind: z.enum(['inSource', 'external']), justification: z.string() }))
            .optional(),
        }),
      ),
    }),
  ]),
});

const everything = () =>
  check(
    wholeRepository({
      servers: [server(), server(unknown(at('b c/ü#1.js', 3)), { place: at('b c/ü#1.js', 3) })],
      unread: [{ place: at('x.yaml', 4), what: 'CloudFormation template', why: 'line 4 is no YAML' }],
    }),
  );

describe('the SARIF log', () => {
  test('has the form that the standard and GitHub ask for', () => {
    const log = sarif.parse(JSON.parse(JSON.stringify(checkSarif(everything(), TOOL))));
    const [run] = log.runs;
    expect(run.results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex } of run.results)
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(run.invocations[0]?.toolExecutionNotifications).toHaveLength(1);
  });

  test('tells the same finding by the same fingerprint after its lines moved', () => {
    const prints = (line: number) =>
      checkSarif(
        check(wholeRepository({ servers: [server(byDefault(5, at('app/server.js', line)))] })),
        TOOL,
      ).runs[0]?.results?.map(({ partialFingerprints }) => partialFingerprints);
    expect(prints(12)).toEqual(prints(400));
    expect(prints(12)).not.toEqual([]);
  });

  test('marks what a baseline accepts as suppressed', () => {
    const { findings } = everything();
    const result = check(wholeRepository(), { baseline: baselineOf(findings, null) });
    expect(result.findings).toEqual([]);
    expect(
      checkSarif(result, TOOL).runs[0]?.results?.map(({ suppressions }) => suppressions?.length),
    ).toEqual([1]);
  });
});

describe('a baseline', () => {
  test('leaves out what it accepts, wherever the lines go, and names what it no longer needs', () => {
    const baseline = baselineSchema.parse(
      JSON.parse(JSON.stringify(baselineOf(check(wholeRepository()).findings, null))),
    );
    const moved = wholeRepository({ servers: [server(byDefault(5, at('app/server.js', 99)))] });
    expect(check(moved, { baseline })).toMatchObject({
      findings: [],
      accepted: [{ severity: 'error' }],
      stale: [],
    });
    const fixed = check(wholeRepository({ servers: [server(75)] }), { baseline });
    expect(fixed).toMatchObject({ findings: [], accepted: [], stale: baseline.accepted });
  });

  test('does not accept another server', () => {
    const baseline = baselineOf(check(wholeRepository()).findings, null);
    const facts = { loadBalancers: [loadBalancer()], servers: [server(5, { place: at('new/server.js') })] };
    expect(check(facts, { baseline }).findings).toHaveLength(1);
  });

  test('keeps the notes of one before', () => {
    const { findings } = check(wholeRepository());
    const [entry] = baselineOf(findings, null).accepted;
    if (entry === undefined) throw new Error('nothing was found');
    const before = { version: 1 as const, accepted: [{ ...entry, note: 'until May' }] };
    expect(baselineOf(findings, before).accepted).toEqual(before.accepted);
  });
});

test('JSON has figures, places and what to write', () => {
  const json = JSON.parse(
    JSON.stringify(checkJson(everything(), [{ file: 'big.json', why: 'it has 12 MB' }])),
  );
  expect(json).toMatchObject({
    version: 1,
    comparedPaths: 1,
    findings: [
      {
        rule: 'keep-alive-below-idle-timeout',
        severity: 'error',
        file: 'app/server.js',
        line: 12,
        write: [
          { file: 'app/server.js', line: 12, where: null, lines: ['server.keepAliveTimeout = 66000;'] },
        ],
      },
    ],
    notRead: [{ file: 'x.yaml', line: 4 }],
    skipped: [{ file: 'big.json' }],
  });
});

test('annotations stand on one line each, with what would end a field escaped', () => {
  const [line, ...others] = annotations(everything());
  expect(others).toEqual([]);
  expect(line).toMatch(
    /^::error file=app\/server\.js,line=12,title=alb502 keep-alive-below-idle-timeout::Express/,
  );
  expect(line).toContain('%0AWrite:%0Aserver.keepAliveTimeout = 66000;');
  expect(line).not.toContain('\n');
});

describe('the report', () => {
  test('fits its columns but for lines to copy, and ends with what was compared', () => {
    const report = renderCheck(everything(), [], 80);
    const long = report.split('\n').filter((line) => line.length > 80 && !line.startsWith('    '));
    expect(long).toEqual([]);
    expect(report.trimEnd().split('\n').slice(-2).join(' ')).toMatch(
      /\d files read, 1 path compared \(.*1 not read\): 1 error, 0 warnings, \d notes?\.$/,
    );
  });

  test('does not read like a pass where nothing was compared', () => {
    expect(renderCheck(check({}), [], 80)).toBe('0 files read, 0 paths compared: that is no all-clear.\n');
  });
});
