import type { Random } from '../../lab/worlds/access-log/random.ts';

/** How many fields the layouts of the years have; AWS only ever appended. */
const LAYOUTS = [24, 25, 27, 29, 30, 33, 34, 36] as const;
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup';
const CERTIFICATE =
  '"arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"';

/** What clients call themselves; the last ones end in a backslash that escapes nothing. */
const USER_AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0)',
  '-',
  '',
  'Bot \\"odd\\" 1.0',
  'app/shop 502 - 0 0',
  '\\x22quoted\\x22',
  'C:\\dir\\',
  '\\',
] as const;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.whole(16).toString(16)).join('');

const instant = (seconds: number, digits: 3 | 6): string =>
  `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}.${(seconds % 1).toFixed(6).slice(2, 2 + digits)}${'0'.repeat(6 - digits)}Z`;

/** Times and status codes, fields 6 to 10, of requests that ended in one way or another. */
function outcomeOf(random: Random, failing: number): string {
  const time = (random.whole(3000) / 1000).toFixed(3);
  if (!random.chance(failing))
    return random.pick([`0.001 ${time} 0.000 200 200`, `0.000 ${time} 0.000 304 304`, '-1 -1 -1 400 -']);
  return random.pick([
    '0.000 0.001 -1 502 -',
    `0.001 ${time} -1 502 -`,
    '-1 -1 -1 502 -',
    `0.000 ${time} 0.000 502 502`,
    '-1 -1 -1 503 -',
  ]);
}

/**
 * A line as a load balancer writes it, of some layout.
 *
 * @param failing - share of the requests that fail
 */
export function lineAt(random: Random, seconds: number, failing: number): string {
  const target = `10.0.${random.whole(3)}.${random.whole(250)}:8080`;
  const group = `${GROUP}/group-${random.whole(3)}/73e2d6bc24d8a0${random.whole(3)}7`;
  const host = random.pick(['shop.example.com', 'a-much-longer-name.of-a-service.internal.example.com']);
  const fields = [
    random.pick(['http', 'https', 'h2', 'grpcs', 'ws', 'wss']),
    instant(seconds, 6),
    `app/${random.pick(['shop', 'other'])}/50dc6c495c0c9188`,
    random.pick([`198.51.100.${random.whole(250)}:${40_000 + random.whole(9000)}`, '[2001:db8::7]:52000']),
    target,
    outcomeOf(random, failing),
    String(random.whole(9000)),
    String(random.whole(90_000)),
    `"${random.pick(['GET', 'POST'])} https://${host}:443/${'p'.repeat(random.whole(90))}/${random.whole(99)}?q=a%20b HTTP/1.1"`,
    `"${random.pick(USER_AGENTS)}"`,
    'TLS_AES_128_GCM_SHA256',
    'TLSv1.3',
    group,
    `"Root=1-${hex(random, 8)}-${hex(random, 24)}"`,
    `"${host}"`,
    CERTIFICATE,
    String(random.whole(20)),
    instant(seconds - 0.02, 3),
    '"forward"',
    random.chance(0.1) ? `"https://${host}:443/${'r'.repeat(random.whole(700))}"` : '"-"',
    '"-"',
    `"${target}"`,
    '"200"',
    '"-"',
    '"-"',
    `TID_${hex(random, 32)}`,
    '"-"',
    '"-"',
    '"-"',
    '203.0.113.21',
    '"-"',
    '"-"',
  ];
  // Fields 6 to 10 are one text here.
  return fields.slice(0, random.pick(LAYOUTS) - 4).join(' ');
}
