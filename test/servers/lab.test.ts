import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { CompletedRequest } from '../../lab/load-balancer/completed-request.ts';
import type { Scenario } from '../../lab/scenario.ts';
import {
  apacheKeepAliveTimeout,
  gunicornKeepAlive,
  haproxyKeepAlive,
  nginxKeepAliveTimeout,
} from '../../lab/scenarios/installed-servers.ts';
import { openStage } from '../../lab/stage.ts';

const refuses = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

test.each([
  [nginxKeepAliveTimeout, 10],
  [apacheKeepAliveTimeout, 5],
  [haproxyKeepAlive, 10],
  [gunicornKeepAlive, 2],
] satisfies [Scenario, number][])(
  '$name: real 502s at the time at which the server closes, and no server left',
  async (scenario, seconds) => {
    const failed: CompletedRequest[] = [];
    const ports = new Set<number>();
    let isOver = false;
    const stage = await openStage(scenario, {
      seed: 11,
      onCompleted: (request) => {
        ports.add(Number(request.target?.split(':')[1]));
        // What is on its way while the servers are stopped may find nobody listening.
        if (request.elbStatus === 502 && !isOver) failed.push(request);
      },
    });
    try {
      stage.begin();
      while (failed.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      isOver = true;
      await stage.close();
    }
    expect(new Set(failed.map(({ truth }) => truth.fault))).toEqual(new Set(['closed-before-response']));
    const gaps = failed.map(({ truth }) => truth.idleGapSeconds ?? 0).toSorted((a, b) => a - b);
    const median = gaps[Math.floor(gaps.length / 2)] ?? 0;
    // The servers' own timers are this coarse; a busy machine adds to single gaps.
    expect(Math.abs(median - seconds)).toBeLessThan(0.2 * seconds);
    for (const port of ports) expect(await refuses(port)).toBe(true);
  },
);
