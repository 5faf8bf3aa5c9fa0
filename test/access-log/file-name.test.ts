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
