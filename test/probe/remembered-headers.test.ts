import { once } from 'node:events';
import { createServer } from 'node:http';
import type { LookupFunction } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { rememberedServerHeaders } from '../../lambda/probe/remembered-headers.ts';
import { bundleWith, groupArn } from '../diagnose/bundle.ts';

const HOUR_MS = 3_600_000;
const HERE: LookupFunction = (_, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
};

test('a listener is asked once in six hours', async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(200, { server: 'nginx' }).end();
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const listener = { arn: 'l', port, protocol: 'HTTP', sslPolicy: null, targetGroupArns: [groupArn('web')] };
  const dnsName = 'shop-1.eu-central-1.elb.amazonaws.com';
  const bundle = bundleWith((one) => ({
    ...one,
    loadBalancer: { ...one.loadBalancer, dnsName, listeners: [listener] },
  }));
  let now = 0;
  const ask = rememberedServerHeaders({ lookup: HERE }, () => now);
  for (const hours of [0, 1, 5.9]) {
    now = hours * HOUR_MS;
    expect((await ask(bundle)).get(groupArn('web'))?.value).toBe('nginx');
  }
  expect(asked).toBe(1);
  now = 6 * HOUR_MS;
  await ask(bundle);
  expect(asked).toBe(2);
});
