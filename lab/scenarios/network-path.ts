import type { Scenario } from '../scenario.ts';
import { pageOf, pausing } from '../traffic/habits.ts';
import { join, outlastingNode } from './rolling.ts';

/** Lab seconds until the path is closed: long enough for all to work before. */
const CLOSED_AFTER_SECONDS = 20;

/** Nothing listens there and no server is given that port by chance: what is sent to it is answered with a reset. */
const REJECTING = { host: '127.0.0.1', port: 1 } as const;

/** A firewall between the zones begins to reject what the nodes of one zone send. */
export const networkPath: Scenario = {
  name: 'network-path',
  title: 'a firewall that rejects what the nodes of one zone send to the targets',
  truth: 'network-path',
  needs: null,
  scale: 10,
  nodeCount: 6,
  oneWayMs: 1,
  setUp: async (stage) => {
    let closed = false;
    const [, zone = ''] = stage.loadBalancer.zones;
    const group = stage.loadBalancer.addTargetGroup({
      name: 'web',
      route: (node, target) => (closed && node.zone === zone ? REJECTING : target),
    });
    for (let count = 0; count < 2; count++) await join(stage, group, outlastingNode(stage));
    return {
      scene: [
        '2 Node servers that are well all the time',
        `after ${CLOSED_AFTER_SECONDS} s a firewall rejects each connection that nodes of one zone open to them`,
      ],
      habits: () => ({ page: pageOf(2), pauseSeconds: pausing(1, 6) }),
      disturb: async () => {
        await stage.wait(CLOSED_AFTER_SECONDS);
        closed = true;
        const cutOff = stage.loadBalancer.fronts.filter((front) => front.zone === zone);
        for (const { nodeIp } of cutOff) for (const target of group.targets) target.dropIdle(nodeIp);
      },
      fix: {
        says: 'the firewall lets the nodes of both zones through',
        apply: async () => {
          closed = false;
        },
      },
    };
  },
};
