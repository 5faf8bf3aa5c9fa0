import { secondsText } from '../compare/seconds.ts';
import type { CheckedPath } from '../join/path.ts';
import { serverName } from '../join/server-kind.ts';
import type { CheckedServer } from '../model.ts';

interface Hop {
  readonly name: string;
  /** null where it cannot be read. */
  readonly seconds: number | null;
  /** Said in the place of seconds. */
  readonly words?: string;
}

const NO_TIMEOUT: Readonly<Record<NonNullable<CheckedServer['idleClose']>, Omit<Hop, 'name'>>> = {
  never: { seconds: Number.POSITIVE_INFINITY },
  'each-response': { seconds: null, words: 'closes after each response' },
  'each-response-unannounced': { seconds: 0, words: 'closes after each response, unannounced' },
};

const hopOf = (server: CheckedServer): Hop => ({
  name: serverName(server),
  ...(server.idleClose === undefined
    ? { seconds: server.keepAliveSeconds.state === 'unknown' ? null : server.keepAliveSeconds.value }
    : NO_TIMEOUT[server.idleClose]),
});

function sign(left: Hop, right: Hop): string {
  if (right.words !== undefined) return '·';
  if (left.seconds === null || right.seconds === null) return '?';
  return left.seconds < right.seconds ? '<' : left.seconds > right.seconds ? '>' : '=';
}

const hopText = ({ name, seconds, words }: Hop): string =>
  `${name} ${words ?? (seconds === null ? 'unknown' : secondsText(seconds))}`;

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
