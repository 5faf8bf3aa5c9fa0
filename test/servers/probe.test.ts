import { describe, expect, test } from 'vitest';
import { probe } from '../../lambda/probe/probe.ts';
import { REAL_SERVERS } from './real-servers.ts';

const LIMITS = { maxSeconds: 20, watchSeconds: 18, requests: 200, pauseMs: 0 };

describe.concurrent('a probe measures', { timeout: 120_000 }, () => {
  test.each(REAL_SERVERS.map((server) => [`${server.name}, ${server.configured}`, server] as const))(
    '%s',
    async (_name, server) => {
      await using running = await server.start();
      const endpoint = { host: '127.0.0.1', port: running.port, tls: false, path: '/' };
      const result = await probe(endpoint, 60, LIMITS);
      expect(result.idleClose).toMatchObject({ by: 'fin' });
      const idle = result.idleClose;
      if (!idle || !('seconds' in idle)) throw new Error('it closes');
      const tolerance = Math.max(0.05, server.closesAfterSeconds / 100);
      expect(idle.seconds).toBeGreaterThan(server.closesAfterSeconds - tolerance);
      expect(idle.seconds).toBeLessThan(server.closesAfterSeconds + server.lateBySeconds + tolerance);
      expect(idle.confirmation.answeredAfterSeconds).toBeGreaterThan(idle.seconds * 0.5);
      expect(result.requestsPerConnection).toEqual(server.requests);
      expect(result.declaredKeepAliveSeconds).toBe(server.declaredKeepAliveSeconds);
    },
  );
});
