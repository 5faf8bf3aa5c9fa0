import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { redactedLine } from '../../lambda/model/redacted-line.ts';
import { redactedUrl } from '../../lambda/model/redacted-url.ts';
import { redactedTag } from '../../lambda/observe/redact.ts';
import type { Attack, Effort, Outcome } from './attack.ts';

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The same bytes for the same seed. */
const bytesOf = (seed: number, label: string): Buffer =>
  createHash('sha512').update(`${seed} ${label}`).digest();

const drawn = (seed: number, label: string, alphabet: string, length: number): string => {
  const bytes = Buffer.concat([bytesOf(seed, label), bytesOf(seed + 1e6, label), bytesOf(seed + 2e6, label)]);
  return Array.from({ length }, (_, at) => alphabet[(bytes[at] ?? 0) % alphabet.length]).join('');
};

/** Secrets by their forms, as their issuers make them. */
const FORMS: Readonly<Record<string, (seed: number) => string>> = {
  UUID: (seed) =>
    bytesOf(seed, 'uuid')
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
  nanoid: (seed) => drawn(seed, 'nanoid', `${BASE62}_-`, 21),
  ULID: (seed) => `01${drawn(seed, 'ulid', '0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)}`,
  cuid: (seed) => `c${drawn(seed, 'cuid', BASE62.toLowerCase().slice(26), 24)}`,
  'hex of 16': (seed) => bytesOf(seed, 'h16').toString('hex').slice(0, 16),
  'hex of 32': (seed) => bytesOf(seed, 'h32').toString('hex').slice(0, 32),
  'hex of 64': (seed) => bytesOf(seed, 'h64').toString('hex').slice(0, 64),
  'base64url of 32 bytes': (seed) => bytesOf(seed, 'b64').subarray(0, 32).toString('base64url'),
  'AWS access key': (seed) => `AKIA${drawn(seed, 'akia', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`,
  'GitHub token': (seed) => `ghp_${drawn(seed, 'ghp', BASE62, 36)}`,
  'Slack token': (seed) => `xoxb-${drawn(seed, 'n', '0123456789', 12)}-${drawn(seed, 'x', BASE62, 24)}`,
  'Stripe key': (seed) => `sk_live_${drawn(seed, 'sk', BASE62, 24)}`,
  'Google API key': (seed) => `AIza${drawn(seed, 'aiza', BASE62, 35)}`,
  'JSON web token': (seed) =>
    `eyJ${['h', 'p', 's'].map((part) => bytesOf(seed, part).subarray(0, 30).toString('base64url')).join('.')}`,
};
/** With signs that a path does not have as they are. */
const LINE_FORMS: typeof FORMS = {
  ...FORMS,
  'AWS secret key': (seed) => bytesOf(seed, 'secret').subarray(0, 30).toString('base64'),
};

const NAMES = [
  ...[
    'pass',
    'DB_PASS',
    'dbPass',
    'db-pass',
    'password',
    'passwd',
    'PGPASSWORD',
    'pwd',
    'secret',
    'clientSecret',
  ],
  ...[
    'api_key',
    'apiKey',
    'x-api-key',
    'API-KEY',
    'access_token',
    'refreshToken',
    'jwt',
    'PAT',
    'sessionId',
    'sid',
  ],
  ...['AWS_SECRET_ACCESS_KEY', 'private_key', 'AccountKey', 'otp', 'pin', 'credentials', 'csrf', 'signature'],
] as const;

/** Ways to write a name and its value. */
const WRITTEN: readonly ((name: string, value: string) => string)[] = [
  (name, value) => `${name}=${value}`,
  (name, value) => `start ${name}: ${value}, next`,
  (name, value) => `{"a":1,"${name}":"${value}"}`,
  (name, value) => `{\\"${name}\\":\\"${value}\\"}`,
  (name, value) => `{'${name}': '${value}', 'b': 2}`,
  (name, value) => `<${name}>${value}</${name}>`,
  (name, value) => `run --${name} ${value} --port 80`,
  (name, value) => `run --${name}=${value}`,
  (name, value) => `env=${name}=${value}`,
  (name, value) => `GET /a;${name}=${value} HTTP/1.1`,
  (name, value) => `GET /a?x=1&${name}=${value} HTTP/1.1`,
  (name, value) => `host=db;${name}=${value};x=1`,
];

const VALUES = ['hunter2', 'correct-horse', 'S3cr3t!', 'letmein', 'tr0ub4dor&3'.replace('&', '')] as const;

/** Paths and lines that say what happened and nothing else: they stay. */
const INNOCENT = [
  ...['/api/v2/orders/1234/export', '/item/3', '/assets/app-2024.11.js', '/users/me/settings', '/health'],
  ...[
    '/wp-json/wp/v2/posts/17',
    '/graphql',
    '/.well-known/openid-configuration',
    '/reports/2026/11/23/daily.csv',
  ],
  ...['/de-DE/produkte/kaffee-maschine-200', '/v1/projects/42/builds/1001/logs', '/static/js/main.chunk.js'],
] as const;

/** Whether eight characters in a row of a secret can be read. */
const leaks = (secret: string, text: string): boolean =>
  Array.from({ length: secret.length - 7 }, (_, at) => secret.slice(at, at + 8)).some((part) =>
    text.includes(part),
  );

/** What looks drawn by lot can look written by chance: so much of the tokens of a form may stay. */
const CHANCE = 1 / 1000;

class RedactionAttack {
  readonly wrong: string[] = [];
  tried = 0;
  readonly #byForm = new Map<string, { tried: number; readonly stayed: string[] }>();

  #form(name: string, read: string, kept: string, isLeak: boolean): void {
    this.tried++;
    const counted = this.#byForm.get(name) ?? { tried: 0, stayed: [] };
    counted.tried++;
    if (isLeak) counted.stayed.push(`${read} became ${kept}`);
    this.#byForm.set(name, counted);
  }

  /** The forms of which more stayed than by chance. */
  leakingForms(): readonly string[] {
    return [...this.#byForm].flatMap(([name, { tried, stayed }]) =>
      stayed.length > CHANCE * tried ? [`${stayed.length} of ${tried} of ${name} stayed: ${stayed[0]}`] : [],
    );
  }

  secret(what: string, read: string, kept: string, isLeak: boolean, stays: readonly string[] = []): void {
    this.tried++;
    const lost = stays.filter((part) => !kept.includes(part));
    if (isLeak) this.wrong.push(`${what} stayed: ${read} became ${kept}`);
    else if (lost.length > 0) this.wrong.push(`${what}: ${lost.join(', ')} was lost: ${read} became ${kept}`);
  }

  forms(seed: number): void {
    for (const [name, make] of Object.entries(FORMS)) {
      const value = make(seed);
      const path = `/api/v2/orders/1234/${value}/export`;
      const kept = redactedUrl(path);
      this.#form(`${name} in a path`, path, kept, leaks(value, kept));
      this.secret('the neighbours', path, kept, false, ['/api/v2/orders/1234/', '/export']);
    }
    for (const [name, make] of Object.entries(LINE_FORMS)) {
      const value = make(seed);
      for (const line of [`worker died on ${value} at 09:41`, `a (${value}) b`, `x=${value}`, `"${value}"`])
        this.#form(`${name} in a line`, line, redactedLine(line), leaks(value, redactedLine(line)));
      const tag = redactedTag('deploy', value);
      this.#form(`${name} in a tag`, value, tag, leaks(value, tag));
    }
  }

  names(value: string): void {
    for (const name of NAMES) {
      for (const write of WRITTEN) {
        const line = write(name, value);
        this.secret(`the value of ${name}`, line, redactedLine(line), redactedLine(line).includes(value));
      }
      const tag = redactedTag(name, value);
      this.secret(`the tag ${name}`, value, tag, tag.includes(value));
      const path = `/login;${name}=${value}/next`;
      this.secret(`the parameter ${name}`, path, redactedUrl(path), redactedUrl(path).includes(value), [
        '/next',
      ]);
    }
  }

  mail(address: string): void {
    const [local = '', host = ''] = address.split('@');
    for (const sign of ['@', '%40']) {
      const path = `/users/${encodeURIComponent(local)}${sign}${host}/cart`;
      const line = `no such user ${local}${sign}${host} here`;
      this.secret('a mail address', path, redactedUrl(path), redactedUrl(path).includes(host), [
        '/users/',
        '/cart',
      ]);
      this.secret('a mail address', line, redactedLine(line), redactedLine(line).includes(host));
    }
  }

  innocent(): void {
    for (const path of INNOCENT) {
      this.secret('an innocent path', path, redactedUrl(path), redactedUrl(path) !== path);
      const line = `GET ${path} HTTP/1.1 failed after 31 s`;
      this.secret('an innocent line', line, redactedLine(line), redactedLine(line) !== line);
    }
  }
}

async function attack({ runs, seed }: Effort): Promise<Outcome> {
  const redaction = new RedactionAttack();
  redaction.innocent();
  for (const value of VALUES) redaction.names(value);
  for (let run = 0; run < runs; run++) redaction.forms(seed + run);
  const local = fc.stringMatching(/^[a-z][a-z0-9._+-]{0,12}[a-z0-9]$/);
  for (const name of fc.sample(local, { numRuns: runs, seed })) redaction.mail(`${name}@mail.example.com`);
  return { tried: redaction.tried, wrong: [...redaction.wrong, ...redaction.leakingForms()] };
}

/** Secrets by form and by name in paths, lines and tags, and what is none. */
export const redactionAttack: Attack = { name: 'redaction', attack };
