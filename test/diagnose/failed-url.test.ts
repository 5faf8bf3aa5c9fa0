import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CAUSE_ROWS } from '../../lambda/diagnose/causes.ts';
import { diagnose } from '../../lambda/diagnose/diagnose.ts';
import { failedUrls } from '../../lambda/diagnose/remedies/failed-url.ts';
import type { EvidenceBundle } from '../../lambda/model/evidence.ts';
import {
  accessLog,
  askedDirectly,
  bundleWith,
  declared,
  type Edit,
  everyNth,
  failingRequest,
  failures,
  group,
  groupArn,
  loggedGroup,
  target,
} from './bundle.ts';

const ANSWERED_BADLY = {
  signatures: { closedOnReuse: 10, midRequest: 20, neverDispatched: 0, answeredBadly: 90, lambda: 0 },
};
const failedOn = (url: string, name = '10.0.1.10:8080'): Edit => failingRequest({ url, target: name });
const bundle = (...edits: readonly Edit[]): EvidenceBundle =>
  bundleWith(declared(75), failures(everyNth(3, 2)), accessLog(loggedGroup(120, ANSWERED_BADLY)), ...edits);
const urls = (...edits: readonly Edit[]) => failedUrls(bundle(...edits)).map(({ url }) => url);
const SHOP = 'https://shop.example.com:443';

describe('the URL of a path that failed', () => {
  test('is that of its target, with the scheme of its group, the most frequent first', () => {
    expect(urls(failedOn(`${SHOP}/a`), failedOn(`${SHOP}/b`), failedOn(`${SHOP}/b`))).toEqual([
      'http://10.0.1.10:8080/b',
      'http://10.0.1.10:8080/a',
    ]);
    const six = group('web', { protocol: 'HTTPS', targets: [target('fd00::7', { port: 8443 })] });
    expect(urls(six, failedOn(`${SHOP}/a`, '[fd00::7]:8443'))).toEqual(['https://[fd00::7]:8443/a']);
  });

  test('has no query, whatever a bundle holds', () => {
    expect(urls(failedOn(`${SHOP}/a?token=1#top`))).toEqual(['http://10.0.1.10:8080/a']);
  });

  test('is not given for a target that is not registered', () => {
    expect(urls(failedOn(`${SHOP}/a`, '10.9.9.9:8080'))).toEqual([]);
    expect(urls(failedOn(`${SHOP}/a`, '10.0.1.10:9090'))).toEqual([]);
  });

  test('goes by the port and then by the log where instances are registered by their ids', () => {
    const instances = { targetType: 'instance', targets: [target('i-0123456789abcdef0')] };
    const one = [group('web', instances), failedOn(`${SHOP}/a`, '10.0.0.7:8080')];
    expect(urls(...one)).toEqual(['http://10.0.0.7:8080/a']);
    const two = [...one, group('api', { ...instances, protocol: 'HTTPS' })];
    expect(urls(...two)).toEqual([]);
    const seen = { target: '10.0.0.7:8080', requests: 9, elb502: 1, keepAlive: null };
    const logged = accessLog(
      loggedGroup(120, ANSWERED_BADLY),
      loggedGroup(1, { targetGroupArn: groupArn('api'), targets: [seen] }),
    );
    expect(urls(...two, logged, failedOn(`${SHOP}/a`, '10.0.0.7:8080'))).toEqual(['https://10.0.0.7:8080/a']);
  });
});

describe('the advice', () => {
  const commandsOf = (one: EvidenceBundle): string[] => [
    ...CAUSE_ROWS['malformed-response'].advise(one).flatMap(({ commands }) => commands),
    ...CAUSE_ROWS['response-header-too-large'].advise(one).flatMap(({ commands }) => commands),
    ...diagnose(one).missingEvidence.map(({ how }) => how),
  ];

  test('keeps its placeholders where no path is known', () => {
    const commands = commandsOf(bundle());
    expect(commands).toContain('curl -s -D - -o /dev/null http://TARGET:PORT/PATH | wc -c');
    expect(commands.join()).not.toContain('probe.json');
  });

  test('asks for what separates the two, once for each path', () => {
    const named = bundle(failedOn(`${SHOP}/a`), failedOn(`${SHOP}/a`), failedOn(`${SHOP}/b`));
    expect(diagnose(named).missingEvidence[0]).toEqual({
      what: 'what the target answers for a path that failed',
      how: 'alb502 probe --json http://10.0.1.10:8080/a --idle-timeout 60 | tee probe.json   # from a host that can reach it; then: alb502 diagnose BUNDLE --probe probe.json   # BUNDLE: a file of scan --save',
      separates: expect.arrayContaining(['malformed-response', 'response-header-too-large']),
    });
    expect(diagnose(named).missingEvidence[0]?.separates).toHaveLength(2);
    const asked = askedDirectly('/a', null)(named);
    expect(commandsOf(asked).join()).toContain(
      'probe --json http://10.0.1.10:8080/b --idle-timeout 60 | tee probe.json',
    );
    expect(commandsOf(askedDirectly('/b', null)(asked)).join()).not.toContain('probe.json');
  });

  test('shows a path that was seen with the fault rather than the one that failed most', () => {
    const seen = askedDirectly('/login', 'response-header-too-large')(bundle(failedOn(`${SHOP}/a`)));
    expect(commandsOf(seen)).toContain('curl -s -D - -o /dev/null http://10.0.0.7:8080/login | wc -c');
  });

  test('has what a client asked for in quotes, and does not let curl make many URLs of one', () => {
    const printableAscii = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((n) => String.fromCharCode(n)),
    });
    fc.assert(
      fc.property(printableAscii, (path) => {
        for (const line of commandsOf(bundle(failedOn(`${SHOP}/${path}`)))) {
          if (!line.includes('10.0.1.10')) continue;
          const [command = ''] = line.split('   # ');
          for (const word of command.match(/(?:'[^']*'|\\'|\S)+/g) ?? [])
            expect(word).toMatch(/^(?:(?:'[^']*'|\\'|[\w@%+=:,./-])+|\|)$/);
          const url = path.split(/[?#]/, 1)[0] ?? '';
          if (command.startsWith('curl') && /[[\]{}]/.test(url)) expect(command).toMatch(/^curl -s\w*g /);
        }
      }),
    );
  });

  test('runs in a real shell without doing what a path says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'alb502-path-'));
    try {
      // Without blanks, which a request line does not have.
      const touch = 'touch$IFS./pwned';
      for (const path of [`$(${touch})`, `\`${touch}\``, `';${touch};'`, `&${touch}&`, `x;${touch};`]) {
        const named = commandsOf(bundle(failedOn(`${SHOP}/${path}`)));
        const lines = named.filter((line) => line.includes('10.0.1.10'));
        expect(lines.length).toBeGreaterThan(2);
        for (const line of lines) {
          const script = `aws() { :; }; alb502() { :; }; curl() { :; }\n${line}`;
          execFileSync('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
        }
      }
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
