import type { Scenario, Stage } from '../scenario.ts';
import { NGINX } from '../servers/installed.ts';
import { startProgram } from '../servers/program.ts';
import { aims, between, pageOf, pausing, sometimes } from '../traffic/habits.ts';
import { replaceOldest } from '../workload/deployments.ts';
import { join, outlastingNode, programOf, quietService } from './rolling.ts';

const CONTROL = { truth: null, needs: null, scale: 10, nodeCount: 6, oneWayMs: 1 } as const;

async function twoServers(stage: Stage): Promise<void> {
  const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
  for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
}

/** Keep-alive above the idle timeout, with pauses around both. */
export const healthyKeepAlive: Scenario = {
  ...CONTROL,
  name: 'healthy-keep-alive',
  title: 'control: Node servers that outlast the idle timeout, with pauses around it',
  setUp: async (stage) => {
    await twoServers(stage);
    return {
      scene: ['2 Node servers that end an idle connection after 75 s'],
      habits: (visitor) => ({
        page: pageOf(4),
        pauseSeconds: aims(visitor) ? (random) => between(random, 58, 62) : pausing(1, 20),
      }),
      fix: null,
    };
  },
};

/** The application answers 500 and 502 itself: not the load balancer's. */
export const healthyTargetErrors: Scenario = {
  ...CONTROL,
  name: 'healthy-target-errors',
  title: 'control: the application itself answers 500, 502 and 503',
  setUp: async (stage) => {
    await twoServers(stage);
    const errors = () => ['/checkout?status=500', '/checkout?status=502', '/checkout?status=503'];
    return {
      scene: ['2 Node servers; one page in five gets 500, 502 and 503 from the application'],
      habits: () => ({ page: sometimes(0.2, errors, pageOf(3)), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};

/** Slow is not broken. */
export const healthySlowTargets: Scenario = {
  ...CONTROL,
  name: 'healthy-slow-targets',
  title: 'control: responses that take up to 40 s, within the idle timeout',
  setUp: async (stage) => {
    await twoServers(stage);
    const slow = `/report?ms=${Math.round(stage.clock.realMs(40))}`;
    return {
      scene: ['2 Node servers; one page in five takes 40 s'],
      habits: () => ({ page: sometimes(0.2, () => [slow], pageOf(3)), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};

/** Every server is replaced, drained first and stopped after: how a deployment should be. */
export const healthyRollingRestart: Scenario = {
  ...CONTROL,
  name: 'healthy-rolling-restart',
  title: 'control: a rolling deployment that drains each server before it is stopped',
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      attributes: { 'deregistration_delay.timeout_seconds': '20' },
    });
    const service = quietService(stage, group, programOf(stage, outlastingNode(stage)));
    for (let count = 0; count < 2; count++) await service.start(group);
    return {
      scene: [
        '2 Node servers, replaced one after the other: registered, deregistered, drained for 20 s, stopped',
      ],
      habits: () => ({
        page: (random) => Array.from({ length: 3 }, () => `/work?ms=${Math.floor(10 + random() * 120)}`),
        pauseSeconds: pausing(0, 3),
      }),
      disturb: async (signal) => {
        while (!signal.aborted) {
          await stage.wait(20);
          await replaceOldest(stage, service, group);
        }
      },
      fix: null,
    };
  },
};

/** Load balancers do not check the certificates of targets. */
export const healthySelfSignedCertificate: Scenario = {
  ...CONTROL,
  name: 'healthy-self-signed-certificate',
  title: 'control: an HTTPS target group with a certificate that nobody signed, for another name',
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'secure', protocol: 'HTTPS' });
    const { module, settings } = outlastingNode(stage);
    await join(stage, group, { module, settings: { ...settings, tlsUpTo: 'TLSv1.3' } });
    return {
      scene: ['1 Node server with TLS 1.3 and a self-signed certificate'],
      habits: () => ({ page: pageOf(3), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};

/** Outlasts the idle timeout, but by less than it should: nothing fails yet. */
export const healthyThinMargin: Scenario = {
  ...CONTROL,
  name: 'healthy-thin-margin',
  title: 'control: a keep-alive of 63 s behind an idle timeout of 60 s, closer than advised',
  warns: true,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    await join(stage, group, { module: 'node-http', settings: { idleCloseMs: stage.clock.realMs(63) } });
    return {
      scene: ['1 Node server that ends an idle connection after 63 s'],
      habits: (visitor) => ({
        page: pageOf(4),
        pauseSeconds: aims(visitor) ? (random) => between(random, 58, 64) : pausing(1, 20),
      }),
      fix: null,
    };
  },
};

/** nginx says `Connection: close` with the last response of a connection, so that nobody uses it again. */
export const healthyAnnouncedLimit: Scenario = {
  ...CONTROL,
  name: 'healthy-nginx-keepalive-requests',
  title: 'control: nginx with keepalive_requests 20, which it announces',
  needs: NGINX.need,
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    const container = { image: 'nginx:1.27', command: null, environment: {} };
    quietService(stage, group, { module: '', settings: {}, container });
    const nginx = await startProgram(stage, NGINX.need, NGINX.launch(stage.clock.realMs(75), 20));
    await group.register('127.0.0.1', nginx.port);
    return {
      scene: ['1 nginx that ends a connection after 20 requests, and says so in the last response'],
      habits: () => ({ page: pageOf(4), pauseSeconds: pausing(0, 1) }),
      fix: null,
    };
  },
};

/** What a security group blocks times out: the load balancer answers 504, not 502. */
export const blockedPath: Scenario = {
  ...CONTROL,
  name: 'blocked-path',
  title: 'control: a target whose packets are swallowed, which is 504 and not 502',
  setUp: async (stage) => {
    const group = stage.loadBalancer.addTargetGroup({ name: 'web' });
    await join(stage, group, { module: 'black-hole', settings: {} });
    return {
      scene: ['1 target that answers no SYN, as behind a security group without a rule'],
      habits: () => ({ page: pageOf(1), pauseSeconds: pausing(1, 8) }),
      fix: null,
    };
  },
};
