import { describe, expect, test } from 'vitest';
import { workloadServer } from '../../../lambda/advice/workload-server.ts';
import type { ServiceConnect } from '../../../lambda/model/workload.ts';
import { running } from './services.ts';

const connect = (patch: Partial<ServiceConnect> = {}): ServiceConnect => ({
  protocol: 'http',
  idleTimeoutSeconds: null,
  perRequestTimeoutSeconds: null,
  ...patch,
});

const GUNICORN = ['gunicorn', '-k', 'gthread', '--keep-alive', '75', 'shop:app'];

describe('behind the proxy of Service Connect', () => {
  test.each<[string, Partial<ServiceConnect>, readonly string[], string, number | 'default' | 'unknown']>([
    ['its default counts, whatever the container sets', {}, GUNICORN, 'service-connect', 'default'],
    ['so does what is set there', { idleTimeoutSeconds: 30 }, GUNICORN, 'service-connect', 30],
    ['for HTTP/2 as well', { protocol: 'grpc', idleTimeoutSeconds: 900 }, ['./shop'], 'service-connect', 900],
    ['0 switches it off', { idleTimeoutSeconds: 0 }, GUNICORN, 'service-connect', 'unknown'],
    ['TCP is passed on: the container counts', { protocol: 'tcp' }, GUNICORN, 'gunicorn', 75],
    [
      'unless the proxy ends it first',
      { protocol: 'tcp', idleTimeoutSeconds: 30 },
      GUNICORN,
      'gunicorn',
      'unknown',
    ],
    [
      'or may',
      { protocol: 'tcp', idleTimeoutSeconds: 30 },
      ['gunicorn', '-k', 'gthread', 'shop:app'],
      'gunicorn',
      'unknown',
    ],
    ['or never does', { protocol: 'tcp', idleTimeoutSeconds: 0 }, GUNICORN, 'gunicorn', 75],
  ])('%s', (_, patch, command, server, keepAlive) => {
    const found = workloadServer({ ...running(command), serviceConnect: connect(patch) });
    const told =
      found.state === 'named' &&
      (found.keepAlive.state === 'set' ? found.keepAlive.seconds : found.keepAlive.state);
    expect([found.state === 'named' && found.server, told]).toEqual([server, keepAlive]);
  });

  test('is named word for word', () => {
    const found = workloadServer({
      ...running(GUNICORN),
      serviceConnect: connect({ idleTimeoutSeconds: 30 }),
    });
    expect(found).toMatchObject({
      where: 'Service Connect configuration of ECS service shop: timeout.idleTimeoutSeconds=30',
    });
  });
});
