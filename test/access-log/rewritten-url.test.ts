import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogAnalysis } from '../../lambda/access-log/analysis.ts';
import { rewrittenUrl } from '../../lambda/access-log/reading/rewritten-url.ts';
import { requestLine } from '../../lambda/alert/render/failing-request.ts';
import { malformedResponse } from '../../lambda/diagnose/causes/malformed-response.ts';
import { explainedPath, failedUrls, urlToAsk } from '../../lambda/diagnose/remedies/failed-url.ts';
import { failingPaths } from '../../lambda/diagnose/remedies/failing-paths.ts';
import { bundleWith, group, groupArn, target } from '../diagnose/bundle.ts';
import { failedLine, lineWith } from './lines.ts';

const CLIENT = 'https://shop.example.com:443/cart/17?id=3';

describe('a request that a rule rewrote', () => {
  test.each([
    [
      { host: '', uri: '/internal/17?id=3', status: 'TransformSuccess' },
      'https://shop.example.com:443/internal/17?id=3',
    ],
    [{ host: 'api.internal', uri: '', status: 'TransformSuccess' }, 'https://api.internal:443/cart/17?id=3'],
    [{ host: 'api.internal:8443', uri: '/x', status: '' }, 'https://api.internal:8443/x'],
    [
      { host: '', uri: 'https://other.example.com:443/x', status: 'TransformSuccess' },
      'https://other.example.com:443/x',
    ],
    [{ host: '', uri: '', status: '' }, null],
    [{ host: '', uri: '/x', status: 'TransformInvalidPath' }, null],
  ])('%j', (rewrite, expected) => {
    expect(rewrittenUrl(CLIENT, rewrite)).toBe(expected);
  });

  test('keeps what the rule did not change, whatever the URL is', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.domain(), (url, host) => {
        const rewritten = rewrittenUrl(url, { host, uri: '', status: 'TransformSuccess' });
        const [before, after] = [new URL(url), new URL(rewritten ?? '')];
        expect([after.pathname, after.search, after.protocol]).toEqual([
          before.pathname,
          before.search,
          before.protocol,
        ]);
      }),
    );
  });
});

const REWRITTEN = { 31: '"-"', 32: '"/internal/17?token=s3cr3t"', 33: '"TransformSuccess"' };

function summaryOf(...lines: readonly string[]) {
  const analysis = new LogAnalysis();
  analysis.startFile('one.log');
  analysis.feed(Buffer.from(`${lines.join('\n')}\n`));
  analysis.endFile();
  const [summary] = analysis.reading().loadBalancers;
  if (summary === undefined) throw new Error('no load balancer was read');
  return summary;
}

describe('what the target got', () => {
  const summary = summaryOf(failedLine(REWRITTEN, 34));
  const [request] = summary.failingRequests ?? [];
  const explainedBy = (path: string, logged = summary) =>
    bundleWith(group('web', { targets: [target('10.0.0.7', { port: 8080 })] }), (before) => ({
      ...before,
      accessLog: {
        ...logged,
        explanations: [
          {
            kind: 'path',
            cause: 'malformed-response',
            causes: [{ cause: 'malformed-response', probability: 1 }],
            failures: 1,
            share: 1,
            gainNats: 20,
            fact: `are requests for ${path}`,
            where: { targetGroupArn: groupArn('web'), target: null, node: null, path },
          },
        ],
      },
    }));
  const bundle = explainedBy('GET /cart/*');

  test('stands beside the path of the client, without its query', () => {
    expect(request).toMatchObject({
      url: expect.stringMatching(/\/cart\/17$|\/cart\/17\?/),
      rewrittenUrl: expect.stringContaining('/internal/17'),
    });
    expect(JSON.stringify(request)).not.toContain('s3cr3t');
    if (request)
      expect(requestLine(request)).toMatch(
        /GET https:\S+\/cart\/17\S* \(rewritten to https:\S+\/internal\/17\S*\) target/,
      );
  });

  test('is what a probe asks the target for, and what advice names', () => {
    const place = { targetGroupArn: groupArn('web') };
    expect(failingPaths(summary.failingRequests ?? [], () => place)).toMatchObject([
      { path: '/internal/17', clientPath: '/cart/17' },
    ]);
    expect(failedUrls(bundle)).toMatchObject([
      { url: expect.stringMatching(/10\.0\.0\.7:8080\/internal\/17$/) },
    ]);
    expect(explainedPath(bundle, 'malformed-response')).toBe(
      'GET /internal/17, which clients asked for as GET /cart/*',
    );
  });

  test('is not known of a path whose requests are not named, where rules rewrite others', () => {
    const plain = explainedBy('GET /export', summaryOf(failedLine({}, 34)));
    expect(urlToAsk(plain, 'malformed-response')?.url).toBe('http://10.0.0.7:8080/export');
    expect(urlToAsk(explainedBy('GET /export'), 'malformed-response')).toBeNull();
  });

  test('has the Host that a rule gave it, in curl and in the probe, and in words', () => {
    const commandsOf = (changes: Readonly<Record<number, string>>) => {
      const rewritten = explainedBy('GET /cart/*', summaryOf(failedLine(changes, 34)));
      const [action] = malformedResponse.advise(rewritten);
      return [action?.title ?? '', ...(action?.commands ?? [])].join('\n');
    };
    const host = commandsOf({ ...REWRITTEN, 31: '"api.internal"' });
    expect(host).toContain('GET api.internal/internal/17, which clients asked for as GET /cart/*');
    expect(host).toContain(
      "curl -sv -H 'Host: api.internal' --raw -o /dev/null http://10.0.0.7:8080/internal/17",
    );
    expect(host).toContain('alb502 probe --json http://10.0.0.7:8080/internal/17 --host api.internal');
    expect(commandsOf({ 31: '"api.internal:8443"', 33: '"TransformSuccess"' })).toContain(
      "-H 'Host: api.internal:8443' --raw -o /dev/null http://10.0.0.7:8080/cart/17",
    );
    for (const same of [REWRITTEN, { ...REWRITTEN, 31: '"shop.example.com"' }])
      expect(commandsOf(same)).not.toMatch(/Host:|--host/);
    // What would end the word of a shell, or a header, is no host.
    expect(commandsOf({ ...REWRITTEN, 31: `"a'\\x0d\\x0ab;c"` })).not.toMatch(/Host:|--host/);
  });

  test('is the path itself where no rule rewrote it', () => {
    const plain = summaryOf(failedLine({}, 34)).failingRequests ?? [];
    expect(plain[0]).not.toHaveProperty('rewrittenUrl');
    expect(failingPaths(plain, () => ({ targetGroupArn: 'a' }))).toMatchObject([
      { path: '/cart/17', clientPath: '/cart/17' },
    ]);
  });
});

describe('an explanation by path', () => {
  const at = (second: number): string =>
    new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString().replace('Z', '000Z');
  const requestOf = (path: string) => `"GET https://shop.example.com:443${path} HTTP/1.1"`;

  /** 600 requests for ten paths, of which one always fails; with what the rule made of it. */
  function factsOf(rewritten: (count: number) => Readonly<Record<number, string>>) {
    const lines = Array.from({ length: 600 }, (_, second) => {
      const own = { 2: at(second), 4: `198.51.100.${second % 250}:52000`, 22: at(second) };
      return second % 10 === 3
        ? failedLine({ ...own, 13: requestOf('/export'), 7: '0.200', ...rewritten(second) }, 34)
        : lineWith({ ...own, 13: requestOf(`/page/${'abcdefghij'[second % 10]}`) }, 34);
    });
    const explained = summaryOf(...lines).explanations?.filter(({ kind }) => kind === 'path') ?? [];
    return explained.map(({ fact, where }) => [fact.replace(/,.*/, ''), where.path]);
  }

  test('names what the target got beside the path of the client', () => {
    expect(factsOf(() => ({ 32: '"/internal/report?token=s3cr3t"', 33: '"TransformSuccess"' }))).toEqual([
      ['are requests for GET /export (the target got /internal/report)', 'GET /export'],
    ]);
  });

  test.each([
    ['none was rewritten', () => ({})],
    ['not all were rewritten', (count: number) => (count < 300 ? { 32: '"/internal/report"' } : {})],
    ['not all alike', (count: number) => ({ 32: `"/internal/${count < 300 ? 'one' : 'other'}"` })],
    ['the rewriting failed', () => ({ 32: '"/internal/report"', 33: '"TransformInvalidPath"' })],
    ['the host alone was', () => ({ 31: '"api.internal"' })],
  ])('names the path alone where %s', (_, rewritten) => {
    expect(factsOf(rewritten)).toEqual([['are requests for GET /export', 'GET /export']]);
  });
});
