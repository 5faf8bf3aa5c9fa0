/** Fields of an access-log line in AWS's order; texts that are quoted in the line are quoted here. */
const FIELDS = [
  'https',
  '2026-03-01T12:00:05.123456Z',
  'app/shop/50dc6c495c0c9188',
  '198.51.100.7:52000',
  '10.0.0.7:8080',
  '0.001',
  '0.012',
  '0.000',
  '200',
  '200',
  '312',
  '1834',
  '"GET https://shop.example.com:443/cart/17?id=3 HTTP/1.1"',
  '"Mozilla/5.0 (X11; Linux x86_64)"',
  'TLS_AES_128_GCM_SHA256',
  'TLSv1.3',
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
  '"Root=1-58337262-36d228ad5d99923122bbe354"',
  '"shop.example.com"',
  '"arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"',
  '0',
  '2026-03-01T12:00:05.110000Z',
  '"forward"',
  '"-"',
  '"-"',
  '"10.0.0.7:8080"',
  '"200"',
  '"-"',
  '"-"',
  'TID_dc57cebed65b444ebc8177bb698fe166',
  '"-"',
  '"-"',
  '"-"',
  '203.0.113.21',
] as const;

/** Places of fields, counted from 1 as in AWS's list. */
export type Changes = Readonly<Record<number, string>>;

/** A line with some fields changed, cut after a number of fields. */
export function lineWith(changes: Changes = {}, fields = 30): string {
  const all = FIELDS.map((field, at) => changes[at + 1] ?? field);
  const extra = Object.entries(changes)
    .filter(([place]) => Number(place) > FIELDS.length)
    .map(([, value]) => value);
  return [...all, ...extra].slice(0, fields).join(' ');
}

/** A line that failed as the idle race does. */
export const failedLine = (changes: Changes = {}, fields = 30): string =>
  lineWith({ 6: '0.000', 7: '0.001', 8: '-1', 9: '502', 10: '-', ...changes }, fields);
