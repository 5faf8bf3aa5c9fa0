import { expect, test } from 'vitest';
import { accessLogName, inReadingOrder, reasonToSkip } from '../../lambda/access-log/reading/file-name.ts';

const name = (node: string, time: string, random = 'a1') =>
  `AWSLogs/123456789012/elasticloadbalancing/eu-central-1/2026/03/01/123456789012_elasticloadbalancing_eu-central-1_app.my-shop.50dc6c495c0c9188_${time}_${node}_${random}.log.gz`;

test('the name of an object tells load balancer, node and time', () => {
  expect(accessLogName(name('203.0.113.21', '20260301T1205Z'))).toEqual({
    kind: 'access',
    account: '123456789012',
    region: 'eu-central-1',
    loadBalancer: 'app/my-shop/50dc6c495c0c9188',
    endSeconds: Date.UTC(2026, 2, 1, 12, 5) / 1000,
    nodeAddress: '203.0.113.21',
  });
});

test.each([
  [
    'conn_log.123456789012_elasticloadbalancing_eu-central-1_app.shop.50dc_20260301T1205Z_203.0.113.21_a1.log.gz',
    'connection',
  ],
  [
    '123456789012_elasticloadbalancing_eu-central-1_net.shop.50dc_20260301T1205Z_203.0.113.21_b2.log.gz',
    'network',
  ],
  ['access.log', undefined],
])('%s is of the kind %s', (path, kind) => {
  expect(accessLogName(path)?.kind).toBe(kind);
});

test('files are read node by node, each in order of time', () => {
  const files = [
    name('203.0.113.22', '20260301T1205Z'),
    name('203.0.113.21', '20260301T1210Z'),
    'renamed.log',
    name('203.0.113.21', '20260301T1205Z'),
  ];
  expect(inReadingOrder(files, (file) => file)).toEqual([files[2], files[3], files[1], files[0]]);
});

test('of a name everything is read, whatever stands before it, and nothing of one that is otherwise', () => {
  const own =
    '123456789012_elasticloadbalancing_us-gov-west-1_app.a.b-c.50dc_20261231T2359Z_fd00::A7_x.y.log';
  expect(accessLogName(own)).toEqual({
    ...{ kind: 'access', account: '123456789012', region: 'us-gov-west-1', loadBalancer: 'app/a.b-c/50dc' },
    ...{ endSeconds: Date.UTC(2026, 11, 31, 23, 59) / 1000, nodeAddress: 'fd00::A7' },
  });
  for (const [prefix, kind] of Object.entries({
    ...{ '': 'access', 'logs/': 'access', 'conn_log.': 'connection', 'x/conn_log_': 'connection' },
    ...{ health_check_log_: 'health-check', 'a/health_check_log.': 'health-check' },
  }))
    expect(accessLogName(prefix + own)?.kind, prefix).toBe(kind);
  expect(accessLogName(own.replace('_app.', '_net.'))).toMatchObject({
    kind: 'network',
    loadBalancer: 'net/a.b-c/50dc',
  });
  for (const other of [
    `x${own}`,
    `my_${own}`,
    own.slice(1),
    own.replace('_app.', '_gwy.'),
    own.replace('us-gov-west-1', 'US'),
    own.replace('app.a.b-c.50dc', 'app.'),
    own.replace('20261231T', '2026123T'),
    own.replace('2359Z', '2359'),
    own.replace('T23', 'T2x'),
    own.replace('fd00::A7', 'node'),
    own.replace('_x.y.log', ''),
    `${own}/x`,
  ])
    expect(accessLogName(other), other).toBeNull();
});

test('files are read by load balancer, node, time and name; those that are named otherwise first, by name', () => {
  const of = (balancer: string, node: string, time: string, random: string) =>
    name(node, `20260301T${time}Z`, random).replace('my-shop.50dc', `${balancer}.50dc`);
  const sorted = [
    ...['a.log', 'b.log', 'z.log'],
    of('a', '203.0.113.1', '1205', 'b'),
    of('a', '203.0.113.1', '1210', 'a'),
    of('a', '203.0.113.1', '1210', 'b'),
    of('a', '203.0.113.2', '1200', 'a'),
    of('b', '203.0.113.1', '1200', 'a'),
  ];
  for (let turn = 0; turn < sorted.length; turn++) {
    const turned = [...sorted.slice(turn), ...sorted.slice(0, turn)];
    expect(inReadingOrder(turned, (file) => file)).toEqual(sorted);
    expect(inReadingOrder(turned.reverse(), (file) => file)).toEqual(sorted);
  }
  expect(inReadingOrder(['a.log', 'a.log'], (file) => file)).toEqual(['a.log', 'a.log']);
});

test.each<readonly [path: string, reason: RegExp | null]>([
  [name('203.0.113.21', '20260301T1205Z'), null],
  [`health_check_log_${name('203.0.113.21', '20260301T1205Z').slice(67)}`, null],
  [name('203.0.113.21', '20260301T1205Z').replace('_app.', '_net.'), /^the log of a Network Load Balancer$/],
  [
    'conn_log.123456789012_elasticloadbalancing_x_app.s.5_20260301T1205Z_1.2.3.4_a.log.gz',
    /^a connection log/,
  ],
  ['AWSLogs/1/ELBAccessLogTestFile', /^the test file that Elastic/],
  ['ELBAccessLogTestFile', /^the test file/],
  ['AWSLogs/1/ELBAccessLogTestFile.png', /^not named like a log/],
  ['xELBAccessLogTestFile', null],
  ...[
    'log',
    'gz',
    'txt',
    'json',
    'jsonl',
    'ndjson',
    'csv',
    'tsv',
    'w3c',
    'tar',
    'tgz',
    'bz2',
    'zst',
    'xz',
    'lz4',
  ]
    .concat('z', 'zip', '7z', 'rar', 'LOG', '1', '12')
    .map((extension) => [`logs/x.${extension}`, null] as const),
  ...['logs/x', 'x', 'a.b/x'].map((path) => [path, null] as const),
  ...['logs/x.png', 'x.md', 'x.log.sig', 'x.1a', 'x.'].map(
    (path) => [path, /^not named like a log/] as const,
  ),
])('%s is read, or why it is not', (path, reason) => {
  if (reason === null) expect(reasonToSkip(path)).toBeNull();
  else expect(reasonToSkip(path)).toMatch(reason);
});

test.each([
  'a.parquet',
  'a.snappy',
  'a.log.Z',
  'a.avro',
  'a.orc',
  'a.xlsx',
  'delivery-1-2026-11-29-10-00-00-x',
])('%s is not passed over by its name: what it holds is read, or said', (path) => {
  expect(reasonToSkip(`logs/${path}`)).toBeNull();
});
