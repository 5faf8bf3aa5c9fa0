import type { CheckedLoadBalancer, CheckedTargetGroup } from '../model.ts';
import type { Link } from './value.ts';

/** A target group before it is known which load balancers forward to it. */
export type UnlinkedTargetGroup = Omit<CheckedTargetGroup, 'loadBalancers' | 'elsewhere'>;

/** A listener: its load balancer, and where its default actions send requests. */
export interface Listener {
  readonly id: string;
  readonly loadBalancer: Link;
  readonly groups: Link;
}

/** A rule of a listener, and where it sends requests. */
export interface ListenerRule {
  readonly listener: Link;
  readonly groups: Link;
}

/** What a stack says of load balancing; ids are unique among all that was read. */
export interface Stack {
  readonly loadBalancers: readonly CheckedLoadBalancer[];
  readonly targetGroups: readonly UnlinkedTargetGroup[];
  readonly listeners: readonly Listener[];
  readonly rules: readonly ListenerRule[];
}

interface Route {
  readonly loadBalancers: readonly string[];
  readonly elsewhere: string | null;
}

const is = (what: string, why: string): string =>
  /^(is|comes|differs|depends)\b/.test(why) ? `${what} ${why}` : `${what}: ${why}`;

/** The load balancers that a rule or listener belongs to. */
function routeOf(link: Link, listeners: ReadonlyMap<string, Listener>, known: ReadonlySet<string>): Route {
  if (link.elsewhere !== null) return { loadBalancers: [], elsewhere: link.elsewhere };
  const routes = link.to.map((id): Route => {
    const listener = listeners.get(id);
    if (listener === undefined) return { loadBalancers: known.has(id) ? [id] : [], elsewhere: null };
    const { to, elsewhere } = listener.loadBalancer;
    return {
      loadBalancers: to.filter((one) => known.has(one)),
      elsewhere: elsewhere === null ? null : is('its load balancer', elsewhere),
    };
  });
  return {
    loadBalancers: routes.flatMap(({ loadBalancers }) => loadBalancers),
    elsewhere: routes.find(({ elsewhere }) => elsewhere !== null)?.elsewhere ?? null,
  };
}

/** Target groups with the load balancers whose listeners or rules forward to them. */
export function linkedTargetGroups({
  loadBalancers,
  targetGroups,
  listeners,
  rules,
}: Stack): readonly CheckedTargetGroup[] {
  const known = new Set(loadBalancers.map(({ id }) => id));
  const byId = new Map(listeners.map((listener) => [listener.id, listener]));
  const forwards = [
    ...listeners.map(({ loadBalancer, groups }) => {
      const route = routeOf(loadBalancer, new Map(), known);
      const { elsewhere } = route;
      return {
        route: { ...route, elsewhere: elsewhere === null ? null : is('its load balancer', elsewhere) },
        groups,
      };
    }),
    ...rules.map(({ listener, groups }) => {
      const route = routeOf(listener, byId, known);
      const { elsewhere } = route;
      return {
        route: {
          ...route,
          elsewhere:
            elsewhere === null || elsewhere.startsWith('its ') ? elsewhere : is('its listener', elsewhere),
        },
        groups,
      };
    }),
  ];
  return targetGroups.map((group) => {
    const routes = forwards.filter(({ groups }) => groups.to.includes(group.id)).map(({ route }) => route);
    const behind = [...new Set(routes.flatMap((route) => route.loadBalancers))];
    const elsewhere = routes.find((route) => route.elsewhere !== null)?.elsewhere ?? null;
    const nowhere = behind.length === 0 ? 'no listener that was read forwards to it' : null;
    return { ...group, loadBalancers: behind, elsewhere: elsewhere ?? nowhere };
  });
}
