import { secondsText } from '../compare/seconds.ts';
import type { CheckedPath } from '../join/path.ts';
import { serverName } from '../join/server-kind.ts';
import type { CheckedServer } from '../model.ts';

interface Hop {
  readonly name: string;
  /** null where it cannot be read. */
  readonly seconds: number | null;
}

const hopOf = (server: CheckedServer): Hop => ({
  name: serverName(server),
  seconds: server.keepAliveSeconds.state === 'unknown' ? null : server.keepAliveSeconds.value,
});

function sign(left: Hop, right: Hop): string {
  if (left.seconds === null || right.seconds === null) return '?';
  return left.seconds < right.seconds ? '<' : left.seconds > right.seconds ? '>' : '=';
}

const hopText = ({ name, seconds }: Hop): string =>
  `${name} ${seconds === null ? 'unknown' : secondsText(seconds)}`;

/** The timeouts of a path, from the load balancer on: `ALB 60 s < nginx 75 s < Express 90 s`. */
export function timeoutsText({ loadBalancer, server, behind }: CheckedPath): string {
  const { idleTimeout } = loadBalancer;
  const first: Hop = { name: 'ALB', seconds: idleTimeout.state === 'unknown' ? null : idleTimeout.value };
  if (server === null) return `${hopText(first)}, Lambda: no connection is reused`;
  const hops = [first, hopOf(server), ...behind.map(hopOf)];
  return hops
    .map((hop, index) => {
      const before = hops[index - 1];
      return before === undefined ? hopText(hop) : ` ${sign(before, hop)} ${hopText(hop)}`;
    })
    .join('');
}

/** The path by its names: `ShopAlb → web → src/server.js`. */
export function pathName({ loadBalancer, targetGroup, workload, server }: CheckedPath): string {
  const names = [
    loadBalancer.name,
    ...(targetGroup === null ? [] : [targetGroup.name]),
    ...(workload === null ? [] : [workload.name]),
    ...(server === null ? [] : [server.place.file]),
  ];
  return names.filter((name, index) => name !== names[index - 1]).join(' → ');
}
