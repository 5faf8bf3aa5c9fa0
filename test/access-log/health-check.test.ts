import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { healthCheckOf, healthCheckOfRecord } from '../../lambda/access-log/health-check/line.ts';
import { HealthCheckTally } from '../../lambda/access-log/health-check/tally.ts';
import { bundleOfLog } from '../../lambda/diagnose/bundle/bundle-of-log.ts';
import { healthCheckFailures } from '../../lambda/diagnose/observations/health-check-failures.ts';
import { targetsHealthy } from '../../lambda/diagnose/observations/targets-healthy.ts';
import { failedLine, lineWith } from './lines.ts';

const FILE =
  'health_check_log_123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc6c495c0c9188_20260301T1205Z_203.0.113.21_4a2b.log';
const SHOP = 'app/shop/50dc6c495c0c9188';

const passed = (at: string, target = '10.0.0.7:8080') => `http ${at} 0.019584011 ${target} web PASS 200 -`;
const failed = (at: string, reason: string, code = '-', target = '10.0.0.7:8080') =>
  `http ${at} 5.000123 ${target} web FAIL ${code} ${reason}`;

function read(files: Readonly<Record<string, readonly string[]>>) {
  const analysis = new LogAnalysis({ loadBalancer: 'shop' });
  for (const [name, lines] of Object.entries(files)) {
    analysis.startFile(name);
    analysis.feed(Buffer.from(`${lines.join('\n')}\n`));
    analysis.endFile();
  }
  return analysis.reading();
}

const ACCESS = [lineWith(), failedLine({ 2: '2026-03-01T12:01:00.000000Z' })];

function findings(...checks: readonly string[]) {
  const reading = read({ [FILE]: checks, 'access.log': ACCESS });
  const [summary] = reading.loadBalancers;
  if (summary === undefined) throw new Error('no load balancer was read');
  const bundle = bundleOfLog(summary, null, reading.healthChecks.of(SHOP));
  return [...healthCheckFailures.read(bundle), ...targetsHealthy.read(bundle)];
}

describe('the same checks are read out of every form in which a delivery or a tool gives them', () => {
  const NAMES = [
    'type',
    'time',
    'latency',
    'target_addr',
    'target_group_id',
    'status',
    'status_code',
    'reason_code',
  ];
  const CHECKS = [
    passed('2026-03-01T12:01:00.500Z'),
    failed('2026-03-01T12:01:02.500Z', 'RequestTimedOut'),
    failed('2026-03-01T12:01:12.500Z', 'ResponseCodeMismatch', '503', '[fd00::7]:8080'),
  ];
  const rows = CHECKS.map((check) => check.split(' '));
  const records = rows.map((row) => Object.fromEntries(row.map((value, at) => [NAMES[at] ?? '', value])));
  const table = (delimiter: string, before = '', order = (row: string[]) => row) =>
    `${before}${[NAMES, ...rows].map((row) => order([...row]).join(delimiter)).join('\n')}`;
  const checksIn = (text: string, fields?: readonly string[]) => {
    const analysis = new LogAnalysis({}, fields);
    analysis.startFile('some.log');
    analysis.feed(Buffer.from(text));
    analysis.endFile();
    const { healthChecks, linesRejected } = analysis.reading();
    return { checks: healthChecks.all(), linesRejected };
  };
  const plain = checksIn(CHECKS.join('\n'));

  test.each([
    ['W3C between blanks', table(' ', '#Version: 1.0\n#Fields: ')],
    ['W3C between tabs', table('\t', '#Version: 1.0\n#Fields: ')],
    ['a table in another order', table(',', '', (row) => row.reverse())],
    ['a table with times of Athena', table(',').replace(/(\d)T(\d\d:\d\d:\d\d\.\d+)Z/g, '$1 $2')],
    ['JSON', records.map((record) => JSON.stringify(record)).join('\n')],
    ['JSON over several lines', JSON.stringify(records, null, 2)],
    [
      'names that say health check',
      JSON.stringify(records).replaceAll(/"(status_code|reason_code)"/g, '"health_check_$1"'),
    ],
    [
      'aws logs filter-log-events',
      JSON.stringify({ events: CHECKS.map((message) => ({ message })) }, null, 2),
    ],
    [
      'the same with JSON in messages',
      JSON.stringify({ events: records.map((record) => ({ message: JSON.stringify(record) })) }),
    ],
    [
      'Insights as CSV',
      `@timestamp,@message\n${CHECKS.map((check) => `2026-03-01 12:01:00.000,"${check}"`).join('\n')}`,
    ],
    ['a CloudWatch export to S3', CHECKS.map((check) => `2026-03-01T12:05:00.000Z ${check}`).join('\n')],
    ['aws logs tail', CHECKS.map((check) => `2026-03-01T12:05:00.000000+00:00 stream ${check}`).join('\n')],
    ['grep -n', CHECKS.map((check, at) => `health.log:${at + 1}:${check}`).join('\n')],
  ])('%s', (_, text) => {
    expect(plain.checks[0]?.healthCheckLog).toMatchObject({ checks: 3, failed: 2 });
    expect(checksIn(text)).toEqual(plain);
  });

  test.each([' ', '\t', ',', ';', '|'])(
    'fields without a header, which are named, with %j between',
    (between) => {
      const names = NAMES.map((name) => (name === 'time' ? 'health_check_time' : name)).reverse();
      const texts = rows.map((row) => row.map((value) => (value === 'FAIL' ? '"FAIL"' : value)).reverse());
      expect(checksIn(texts.map((row) => row.join(between)).join('\n'), names)).toEqual(plain);
      // A line as the load balancer writes it is read all the same.
      expect(checksIn(CHECKS.join('\n'), [...names, 'elb'])).toEqual(plain);
      expect(checksIn(texts.map((row) => row.slice(1).join(between)).join('\n'), names).checks).toEqual([]);
    },
  );
});

test.each([
  [
    'W3C',
    '#Fields: timestamp client_ip client_port listener_port tls_protocol\n2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 TLSv1.2',
  ],
  [
    'a table',
    'timestamp,client_ip,client_port,listener_port\n2026-03-01T12:00:01.000000Z,203.0.113.1,36280,443',
  ],
  [
    'JSON with few fields',
    '{"timestamp":"2026-03-01T12:00:01.000000Z","client_ip":"203.0.113.1","listener_port":443}',
  ],
  [
    'messages',
    JSON.stringify({
      message: '2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 TLSv1.2 ECDHE 4.0 "-" - - Success TID_1',
    }),
  ],
  [
    'a CloudWatch export',
    '2026-03-01T12:05:00.000Z 2026-03-01T12:00:01.000000Z 203.0.113.1 36280 443 - - - "-" - - Failed:x TID_1',
  ],
  ['fields that were chosen', '2026-03-01T12:00:01.000000Z\t203.0.113.1\t36280\t443\tTLSv1.3'],
])('a connection log as %s is named', (_, text) => {
  const analysis = new LogAnalysis();
  analysis.startFile('some.log');
  analysis.feed(Buffer.from(text));
  analysis.endFile();
  const { rejected, loadBalancers } = analysis.reading();
  expect(loadBalancers).toEqual([]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^a (?:record of a )?connection log/),
  ]);
});

describe('a line of a health check log', () => {
  const recordOf = (record: Readonly<Record<string, string>>) => healthCheckOfRecord(Object.entries(record));

  test('is read as the load balancer writes it', () => {
    expect(healthCheckOf(failed('2026-03-01T12:01:02.5Z', 'RequestTimedOut'))).toEqual({
      atSeconds: Date.parse('2026-03-01T12:01:02.5Z') / 1000,
      latencySeconds: 5.000123,
      target: '10.0.0.7:8080',
      targetGroup: 'web',
      passed: false,
      statusCode: null,
      reason: 'RequestTimedOut',
      loadBalancer: null,
      node: null,
    });
  });

  test('is read as a delivery writes it, with the load balancer and its node', () => {
    const record = {
      type: 'http',
      time: '2026-03-01T12:01:02.5Z',
      latency: '0.1',
      target_addr: '10.0.0.7:8080',
      target_group_id: 'web',
      status: 'FAIL',
      status_code: '503',
      reason_code: 'ResponseCodeMismatch',
      elb: SHOP,
      ip_address: '203.0.113.21',
    };
    expect(recordOf(record)).toMatchObject({
      passed: false,
      statusCode: 503,
      loadBalancer: SHOP,
      node: '203.0.113.21',
    });
  });

  test.each([lineWith(), failedLine(), '{"elb":"app/a/1"}', '{"target_addr":1', 'http 2026', ''])(
    '%# is none',
    (line) => {
      expect(healthCheckOf(line)).toBeNull();
    },
  );

  /** A whole line, with one of its fields changed. */
  const withField = (field: number, value: string): string =>
    ['http', '2026-03-01T12:01:02.5Z', '0.25', '10.0.0.7:8080', 'web', 'PASS', '200', '-', SHOP, '192.0.2.9']
      .map((own, at) => (at === field ? value : own))
      .join(' ');
  const WHOLE = {
    atSeconds: Date.parse('2026-03-01T12:01:02.5Z') / 1000,
    ...{ latencySeconds: 0.25, target: '10.0.0.7:8080', targetGroup: 'web', passed: true, statusCode: 200 },
    ...{ reason: '', loadBalancer: SHOP, node: '192.0.2.9' },
  };

  const READ: readonly (readonly [field: number, value: string, changed: object])[] = [
    [0, 'h2', {}],
    [0, 'grpcs', {}],
    [0, '"https"', {}],
    [0, 'a234567890123456', {}],
    [1, '2026-03-01T12:01:02Z', { atSeconds: WHOLE.atSeconds - 0.5 }],
    [1, '"2026-03-01T12:01:02.5Z"', {}],
    [2, '"0.25"', {}],
    [2, '2.5E-4', { latencySeconds: 2.5e-4 }],
    [2, '25E1', { latencySeconds: 250 }],
    [2, '0', { latencySeconds: 0 }],
    [2, '-1', { latencySeconds: Number.NaN }],
    [2, '-', { latencySeconds: Number.NaN }],
    [3, '"[fd00::7]:80"', { target: '[fd00::7]:80' }],
    [4, 'a"b"', { targetGroup: 'a"b"' }],
    [4, '"a"b', { targetGroup: '"a"b' }],
    [4, '-', { targetGroup: '' }],
    [5, '"FAIL"', { passed: false }],
    [5, 'fail', { passed: false }],
    [5, 'pass', {}],
    [5, 'PASSED', {}],
    [6, '-', { statusCode: null }],
    [6, '12.5', { statusCode: null }],
    [6, '"503"', { statusCode: 503 }],
    [7, 'RequestTimedOut', { reason: 'RequestTimedOut' }],
    [8, '-', { loadBalancer: null }],
    [8, `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/${SHOP}`, {}],
    [9, '-', { node: null }],
  ];
  const NAMES = ['type', 'time', 'latency', 'targetAddr', 'target_group_id', 'status', 'statusCode'].concat([
    'reason_code',
    'elb',
    'ip_address',
  ]);
  test('is read with what each field says, plain or with names', () => {
    for (const [field, value, changed] of READ) {
      const line = withField(field, value);
      expect(healthCheckOf(line), line).toEqual({ ...WHOLE, ...changed });
      const record = line.split(' ').map((part) => part.replace(/^"(.*)"$/, '$1'));
      const named = NAMES.map((name, at) => [name, record[at] ?? ''] as const);
      expect(healthCheckOfRecord(named), line).toEqual({ ...WHOLE, ...changed });
    }
    expect(healthCheckOf(`  ${withField(0, 'h2')}\r`)).toEqual(WHOLE);
    // Behind what grep -n puts before it, whatever the latency looks like.
    for (const latency of ['0.25', '25E-2', '2.5E-1', '25E1', '0', '-', '-1'])
      expect(healthCheckOf(`checks.log:7:${withField(2, latency)}`), latency).toEqual(
        healthCheckOf(withField(2, latency)),
      );
  });

  const REFUSED: readonly (readonly [field: number, value: string])[] = [
    [0, '2h'],
    [0, 'a2345678901234567'],
    [0, 'app http'],
    [1, '2026-03-01T12:01:02.5'],
    [1, '2026-03-01 12:01:02.5Z'],
    [1, '226-03-01T12:01:02.5Z'],
    [1, '2026-3-01T12:01:02.5Z'],
    [1, '2026-03-1T12:01:02.5Z'],
    [1, '2026-03-01T12:61:02.5Z'],
    [1, '2026-03-01TnoonZ'],
    [0, 'some words http'],
    [2, 'soon'],
    [2, '-2'],
    [2, '1E'],
    [3, '-'],
    [3, ''],
    [4, ''],
    [5, 'OK'],
    [5, 'none PASS'],
  ];
  test('is none where a field is not as the load balancer writes it', () => {
    for (const [field, value] of REFUSED)
      expect(healthCheckOf(withField(field, value)), `${field} ${value}`).toBeNull();
  });

  test('of a table without zones is of UTC, wherever it is read', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      const secondsOf = (time: string) =>
        (recordOf({ time, target_addr: 'a', status: 'PASS' })?.atSeconds ?? Number.NaN) - WHOLE.atSeconds;
      const times = ['2026-03-01 12:01:02.5', '2026-03-01 12:01:02.500000 UTC', '2026-03-01T12:01:02.5'];
      expect(times.map(secondsOf)).toEqual([0, 0, 0]);
      expect(['2026-03-01 12:01:02', '2026-03-01T12:01:02Z'].map(secondsOf)).toEqual([-0.5, -0.5]);
      expect(secondsOf('on 2026-03-01 12:01:02')).not.toBe(-0.5);
      expect(secondsOf('2026-03-01 12:01:02 EST')).toBe(5 * 3600 - 0.5);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('may be of 2000 characters, and no more', () => {
    const long = (length: number) => withField(9, 'x').padEnd(length, 'x');
    expect(healthCheckOf(long(2000))?.target).toBe('10.0.0.7:8080');
    expect(healthCheckOf(` ${long(2000)} `)?.target).toBe('10.0.0.7:8080');
    expect(healthCheckOf(long(2001))).toBeNull();
  });

  test('is healthy where a record says so, and needs a target and a status', () => {
    const [time, target_addr] = ['2026-03-01 12:01:02', 'a'];
    const passes = (status: string) => recordOf({ time, target_addr, status })?.passed;
    expect(['healthy', 'PASS', 'unhealthy', 'FAIL', '-', ''].map(passes)).toEqual([
      ...[true, true, false, false, undefined, undefined],
    ]);
    for (const record of [
      { target_addr, time },
      { target_addr, status: 'PASS' },
      { time, status: 'PASS' },
    ])
      expect(recordOf(record)).toBeNull();
    expect(recordOf({ target_addr, time, status: 'PASS' })).toMatchObject({ targetGroup: '', reason: '' });
  });

  test('never throws, whatever is in a line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        healthCheckOf(text);
        recordOf({ target_addr: text, time: text, status: text });
      }),
    );
  });
});

describe('health check logs beside access logs', () => {
  test('are kept by target and node, with reasons; no line is lost or rejected', () => {
    const lines = [
      passed('2026-03-01T12:00:30Z'),
      failed('2026-03-01T12:01:00Z', 'RequestTimedOut'),
      failed('2026-03-01T12:01:30Z', 'RequestTimedOut'),
      passed('2026-03-01T12:01:00Z', '10.0.0.8:8080'),
    ];
    const reading = read({ [FILE]: lines, 'access.log': ACCESS });
    expect(reading.linesRejected).toBe(0);
    expect(reading.loadBalancers[0]).toMatchObject({ requests: 2, elb502: 1 });
    expect(reading.healthChecks.of(SHOP)).toMatchObject({
      checks: 4,
      failed: 2,
      targets: [
        {
          target: '10.0.0.7:8080',
          node: '203.0.113.21',
          checks: 3,
          failed: 2,
          reasons: { RequestTimedOut: 2 },
        },
        { target: '10.0.0.8:8080', failed: 0, slowestSeconds: 0.019584011 },
      ],
    });
  });

  test('of another load balancer are not mixed in', () => {
    const other = FILE.replace('app.shop.', 'app.other.');
    const reading = read({
      [other]: [failed('2026-03-01T12:01:00Z', 'RequestTimedOut')],
      'access.log': ACCESS,
    });
    expect(reading.healthChecks.of(SHOP)).toBeNull();
  });

  test('are of any load balancer where neither record nor file says whose they are', () => {
    const reading = read({ 'checks.log': [failed('2026-03-01T12:01:00Z', 'RequestTimedOut')] });
    expect(reading.healthChecks.of(SHOP)).toMatchObject({ checks: 1, targets: [{ node: null }] });
    expect(reading.healthChecks.all()).toMatchObject([{ loadBalancer: null, healthCheckLog: { failed: 1 } }]);
  });

  test('are of the load balancer and the node that their record names, before those of its file', () => {
    const named = [...passed('2026-03-01T12:01:00Z').split(' '), 'app/shop/1', '192.0.2.77'].join(' ');
    const { healthChecks } = read({ [FILE]: [named, passed('2026-03-01T12:01:01Z')] });
    expect(healthChecks.lines).toBe(2);
    expect(healthChecks.all().map(({ loadBalancer }) => loadBalancer)).toEqual(['app/shop/1', SHOP]);
    expect(healthChecks.of('app/shop/1')?.targets).toMatchObject([{ checks: 1, node: '192.0.2.77' }]);
    expect(healthChecks.of(SHOP)?.targets).toMatchObject([{ checks: 1, node: '203.0.113.21' }]);
    expect(healthChecks.of('app/web/2')).toBeNull();
  });

  test('of times that were not asked for are read, and not kept', () => {
    const analysis = new LogAnalysis({ startSeconds: 1_772_366_460, endSeconds: 1_772_366_462 });
    analysis.startFile(FILE);
    for (const second of ['0:59', '1:00', '1:01', '1:02'])
      analysis.feed(Buffer.from(`${passed(`2026-03-01T12:0${second}Z`)}\n`));
    analysis.endFile();
    const { healthChecks, linesRead, linesRejected } = analysis.reading();
    expect([healthChecks.lines, linesRead, linesRejected]).toEqual([4, 4, 0]);
    expect(healthChecks.of(SHOP)?.targets).toMatchObject([
      { checks: 2, firstAt: '2026-03-01T12:01:00.000Z', lastAt: '2026-03-01T12:01:01.000Z' },
    ]);
  });

  test('of load balancers beyond a thousand are read, and not kept', () => {
    const analysis = new LogAnalysis();
    analysis.startFile('checks.log');
    for (let at = 0; at <= 1000; at++)
      analysis.feed(Buffer.from(`${passed('2026-03-01T12:01:00Z')} app/a/${at}\n`));
    analysis.endFile();
    const { healthChecks } = analysis.reading();
    expect(healthChecks.lines).toBe(1001);
    expect(healthChecks.all()).toHaveLength(1000);
    expect(healthChecks.of('app/a/999')).toMatchObject({ checks: 1 });
    expect(healthChecks.of('app/a/1000')).toBeNull();
  });

  test('keep a bounded number of checks, the first and the newest', () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      failed(new Date(Date.UTC(2026, 2, 1, 12, 0, at)).toISOString(), 'RequestTimedOut'),
    );
    const [target] = read({ [FILE]: many }).healthChecks.of(SHOP)?.targets ?? [];
    expect(target).toMatchObject({ checks: 500, failed: 500 });
    expect(target?.failedChecks).toHaveLength(10);
    expect(target?.failedChecks.at(-1)?.at).toBe('2026-03-01T12:08:19.000Z');
  });
});

describe('what health checks settle', () => {
  test.each([
    ['RequestTimedOut', '-', 'targets-time-out'],
    ['ConnectionRefused', '-', 'targets-fail-checks'],
    ['ResponseCodeMismatch', '503', 'targets-answer-wrong'],
    ['SomethingNew', '500', 'targets-answer-wrong'],
  ])('%s around a 502', (reason, code, id) => {
    const found = findings(failed('2026-03-01T12:01:00Z', reason, code));
    expect(found).toMatchObject([{ id, source: 'health check log', fact: expect.stringContaining(reason) }]);
    expect(found[0]?.fact).toContain('by node 203.0.113.21');
  });

  test('is nothing where they failed at another time, or for a reason that nobody knows', () => {
    expect(findings(failed('2026-03-01T12:30:00Z', 'RequestTimedOut'))).toEqual([]);
    expect(findings(failed('2026-03-01T12:01:00Z', 'SomethingNew'))).toEqual([]);
  });

  test('is that the targets are well where all of them passed from before to after', () => {
    const around = ['2026-03-01T11:59:00Z', '2026-03-01T12:01:00Z', '2026-03-01T12:02:00Z'];
    expect(findings(...around.map((at) => passed(at)))).toMatchObject([{ id: 'targets-healthy' }]);
    expect(findings(passed('2026-03-01T12:01:00Z'))).toEqual([]);
    const early = ['2026-03-01T11:40:00Z', '2026-03-01T11:45:00Z', '2026-03-01T11:50:00Z'];
    expect(findings(...early.map((at) => passed(at)))).toEqual([]);
  });
});

describe('what is kept of health checks', () => {
  interface Check {
    readonly at?: number;
    readonly target?: string;
    readonly group?: string;
    readonly node?: string | null;
    readonly reason?: string;
    readonly latency?: number;
    readonly passed?: boolean;
  }
  const logOf = (checks: readonly Check[], fileNode: string | null = null) => {
    const tally = new HealthCheckTally();
    for (const { at = 0, target = 'a', group = 'web', node = null, reason = '', ...check } of checks) {
      const { passed = false, latency = Number.NaN } = check;
      const named = { atSeconds: at, latencySeconds: latency, target, targetGroup: group, passed };
      tally.add({ ...named, statusCode: null, reason, loadBalancer: null, node }, fileNode);
    }
    return tally.log();
  };
  const reasonsOf = (checks: readonly Check[]) => logOf(checks).targets[0]?.reasons;

  test('has the targets with most failures first, then by name and node', () => {
    const passed = true;
    const { targets, ...whole } = logOf([
      { target: 'b', passed },
      { target: 'a', passed },
      { target: 'a', passed, node: 'n2' },
      { target: 'a', passed, node: 'n1' },
      { target: 'c' },
      { target: 'c' },
      { target: 'd' },
      { target: 'c', group: 'api' },
    ]);
    expect(whole).toEqual({ checks: 8, failed: 4 });
    expect(targets.map(({ target, node, targetGroup }) => `${targetGroup} ${target} ${node}`)).toEqual([
      ...['web c null', 'api c null', 'web d null', 'web a n1', 'web a n2', 'web a null', 'web b null'],
    ]);
  });

  test('has the node of the record, or that of the file', () => {
    const { targets } = logOf([{ node: 'n1' }, {}, {}], 'n2');
    expect(targets.map(({ node, checks }) => [node, checks])).toEqual([
      ['n2', 2],
      ['n1', 1],
    ]);
  });

  test('has when the first and the last check was, in whatever order, and the slowest that passed', () => {
    const slow = { passed: true, latency: 0.5 };
    const { targets } = logOf([
      { at: 50, passed: true, latency: 0.1 },
      { at: 20, ...slow },
      { at: 30, passed: true, latency: 0.3 },
      { at: 90, latency: 5 },
    ]);
    const [firstAt, lastAt] = ['1970-01-01T00:00:20.000Z', '1970-01-01T00:01:30.000Z'];
    expect(targets).toMatchObject([{ slowestSeconds: 0.5, firstAt, lastAt, checks: 4, failed: 1 }]);
    expect(logOf([{ passed: true }, { latency: 3 }]).targets[0]?.slowestSeconds).toBeNull();
  });

  test('has how often each of twenty reasons was given, of 60 characters each', () => {
    expect(reasonsOf([{}, { reason: 'x' }, {}])).toEqual({ 'no reason given': 2, x: 1 });
    expect(reasonsOf([{ reason: 'x'.repeat(61) }])).toEqual({ ['x'.repeat(60)]: 1 });
    const many = Array.from({ length: 21 }, (_, at) => ({ reason: `r${at}` }));
    const counts = Object.fromEntries(many.slice(0, 20).map(({ reason }) => [reason, 2]));
    expect(reasonsOf([...many, ...many])).toEqual(counts);
  });

  test('has the first five failed checks and the newest five, in order of time', () => {
    const at = [0, 1, 2, 3, 60, 5, 6, 7, 8, 9, 10, 11];
    const checks = at.map((second) => ({ at: second, latency: second === 0 ? Number.NaN : second }));
    const found = logOf(checks).targets[0]?.failedChecks;
    expect(found?.map((one) => Date.parse(one.at) / 1000)).toEqual([0, 1, 2, 3, 7, 8, 9, 10, 11, 60]);
    expect(found?.slice(0, 2)).toEqual([
      { at: '1970-01-01T00:00:00.000Z', reason: '', statusCode: null, latencySeconds: null },
      { at: '1970-01-01T00:00:01.000Z', reason: '', statusCode: null, latencySeconds: 1 },
    ]);
  });

  test('are five thousand targets, of which a hundred are shown; all checks are counted', () => {
    const of = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ target: `${at}`, passed: true }));
    expect(logOf(of(100)).targets).toHaveLength(100);
    expect(logOf(of(101)).targets).toHaveLength(100);
    const last = { target: 'last' };
    const [most, more] = [logOf([...of(4999), last]), logOf([...of(5000), last])];
    expect([most.targets[0]?.target, most.checks, most.failed]).toEqual(['last', 5000, 1]);
    expect([more.targets[0]?.target, more.checks, more.failed]).toEqual(['0', 5001, 1]);
  });
});
