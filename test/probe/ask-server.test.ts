import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type LookupFunction, type Server as NetServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { namingHeader } from '../../lambda/advice/server-header.ts';
import type { EvidenceBundle, Listener } from '../../lambda/model/evidence.ts';
import { askServers } from '../../lambda/probe/ask-server.ts';
import { bundleWith, groupArn } from '../diagnose/bundle.ts';
import { TEST_CERTIFICATE, TEST_KEY } from './certificate.ts';

const NAME = 'shop-1234567890.eu-central-1.elb.amazonaws.com';

const open: NetServer[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listening(server: NetServer): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Stands for DNS: every name is this machine, and each look-up is written down. */
function resolver(): { names: string[]; lookup: LookupFunction } {
  const names: string[] = [];
  const lookup: LookupFunction = (host, options, callback) => {
    names.push(host);
    if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  };
  return { names, lookup };
}

const listener = (port: number, over: Partial<Listener> = {}): Listener => ({
  arn: `listener-${port}`,
  port,
  protocol: 'HTTP',
  sslPolicy: null,
  targetGroupArns: [groupArn('web')],
  ...over,
});

const facing = (
  listeners: readonly Listener[],
  over: Partial<EvidenceBundle['loadBalancer']> = {},
): EvidenceBundle =>
  bundleWith((bundle) => ({
    ...bundle,
    loadBalancer: { ...bundle.loadBalancer, dnsName: NAME, listeners: [...listeners], ...over },
  }));

const answering =
  (headers: Record<string, string>, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end();
  };

describe('one HEAD to each listener', () => {
  test('reads the header Server, and names where', async () => {
    const asked: string[] = [];
    const port = await listening(
      createHttp((request, response) => {
        asked.push(`${request.method} ${request.url} ${request.headers.host}`);
        response.writeHead(302, { server: 'nginx/1.18.0', location: 'http://169.254.169.254/' }).end();
      }),
    );
    const { names, lookup } = resolver();
    const headers = await askServers(facing([listener(port)]), { lookup });
    expect([...headers]).toEqual([
      [
        groupArn('web'),
        {
          value: 'nginx/1.18.0',
          detail: `the header "Server: nginx/1.18.0" in the answer of ${NAME}:${port} to a HEAD request`,
        },
      ],
    ]);
    expect(asked).toEqual([`HEAD / ${NAME}:${port}`]);
    expect(names).toEqual([NAME]);
  });

  test('speaks TLS to a listener of HTTPS, whatever the certificate is for', async () => {
    const port = await listening(
      createHttps({ key: TEST_KEY, cert: TEST_CERTIFICATE }, answering({ 'x-powered-by': 'Express' })),
    );
    const headers = await askServers(facing([listener(port, { protocol: 'HTTPS' })]), resolver());
    expect(headers.get(groupArn('web'))?.value).toBe('Express');
  });

  test('an answer of the load balancer itself says nothing', async () => {
    const port = await listening(createHttp(answering({ server: 'awselb/2.0' }, 503)));
    expect((await askServers(facing([listener(port)]), resolver())).size).toBe(0);
  });

  test('whoever does not answer in time says nothing', async () => {
    const port = await listening(createTcp(() => {}));
    expect((await askServers(facing([listener(port)]), { ...resolver(), maxMs: 50 })).size).toBe(0);
  });

  test.each([
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['no HTTP', '\u001b[31mhello\r\n\r\n'],
    ['a header without end', `HTTP/1.1 200 OK\r\nServer: nginx${'x'.repeat(70_000)}\r\n\r\n`],
    ['control characters', 'HTTP/1.1 200 OK\r\nServer: nginx/1.2\u001b[31m\u0007\r\n\r\n'],
    ['promises of an answer', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)],
    ['nothing', ''],
  ])('whoever answers with %s says nothing', async (_, answer) => {
    const port = await listening(
      createTcp((socket) => {
        socket.on('error', () => {});
        socket.end(answer);
      }),
    );
    expect((await askServers(facing([listener(port)]), resolver())).size).toBe(0);
  });

  test('nothing unprintable and no secret is kept of an answer', async () => {
    const port = await listening(
      createTcp((socket) => {
        socket.on('error', () => {});
        socket.end(
          Buffer.from('HTTP/1.1 200 OK\r\nServer: nginx/1.2 \u009b31m token=hunter2\r\n\r\n', 'latin1'),
        );
      }),
    );
    const said = (await askServers(facing([listener(port)]), resolver())).get(groupArn('web'));
    expect(said?.value).toBe('nginx/1.2 31m token=***');
    expect(said?.detail).not.toMatch(/\p{C}/u);
  });

  test.each<[string, Partial<EvidenceBundle['loadBalancer']>]>([
    ['an internal load balancer', { scheme: 'internal' }],
    ['an address of the cloud itself', { dnsName: '169.254.169.254' }],
    ['another name', { dnsName: 'localhost' }],
    ['a name that only ends like one', { dnsName: 'evil.example/.elb.amazonaws.com' }],
  ])('nothing is sent to %s', async (_, over) => {
    let count = 0;
    const port = await listening(
      createTcp(() => {
        count += 1;
      }),
    );
    const { names, lookup } = resolver();
    expect((await askServers(facing([listener(port)], over), { lookup, maxMs: 200 })).size).toBe(0);
    expect([count, names]).toEqual([0, []]);
  });

  test('nothing is asked where two groups could answer', async () => {
    const { names, lookup } = resolver();
    const two = listener(80, { targetGroupArns: [groupArn('web'), groupArn('api')] });
    expect((await askServers(facing([two, listener(81, { targetGroupArns: [] })]), { lookup })).size).toBe(0);
    expect(names).toEqual([]);
  });
});

test.each([
  ['nginx/1.18.0', 'Express', 'nginx/1.18.0'],
  [null, 'Express', 'Express'],
  ['awselb/2.0', 'Next.js', 'Next.js'],
  ['cloudflare', null, null],
  ['AmazonS3', null, null],
  [null, 'PHP/8.2.1', null],
  ['Apache/2.4.57 (Debian)', 'PHP/8.2.1', 'Apache/2.4.57 (Debian)'],
  [null, null, null],
  ['\u0007', '', null],
])('Server %j with X-Powered-By %j names %j', (server, poweredBy, value) => {
  expect(namingHeader({ server, poweredBy })?.value ?? null).toBe(value);
});
