import { SERVICE_CONNECT_SECONDS } from '../../advice/workload-server/service-connect.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import type { ExplanationKind } from '../../model/explanation.ts';
import type { ServiceConnect } from '../../model/workload.ts';
import { seriesOf, sum } from '../bundle/metric-view.ts';
import { anyTag, TAGS } from '../bundle/tags.ts';
import type { Candidate } from './candidate.ts';
import { NO_SIDE_EFFECT } from './candidate.ts';
import { argument } from './command.ts';
import { logSearch } from './raw-response.ts';
import { inNamespace, kubernetesBehind } from './workload-text.ts';

/** At most so many are listed, after what separates causes of the vocabulary. */
const MOST = 2;

type Trap = Pick<Candidate, 'what' | 'how' | 'commands' | 'layer'>;

const servers = ({ targetGroups }: EvidenceBundle): readonly TargetGroup[] =>
  targetGroups.filter(({ targetType, serving }) => targetType !== 'lambda' && serving !== false);

const containersOf = ({ workload }: TargetGroup) => workload?.ecsService?.containers ?? [];

const textOf = ({ name, image, command, entryPoint }: ReturnType<typeof containersOf>[number]): string =>
  [name, image, ...(entryPoint ?? []), ...(command ?? [])].join(' ');

/** Workers of before a reload close their idle connections (ngx_close_idle_connections, ngx_process_cycle.c). */
function reload(bundle: EvidenceBundle): Trap | null {
  const said = anyTag(bundle, TAGS.server) ?? '';
  const isNginx = [said, ...servers(bundle).flatMap(containersOf).map(textOf)].some((text) =>
    /nginx/i.test(text),
  );
  return isNginx
    ? {
        what: 'whether nginx was reloaded in the failing minutes: its old workers then close idle connections',
        how: 'look for "signal 1 (SIGHUP) received, reconfiguring" in the nginx error log',
        commands: [],
        layer: 'target',
      }
    : null;
}

const SOCKET_PATH = /(?:^|[/_.-])(?:wss?|websockets?|socket\.io|sockjs|signalr|cable)(?:[/?*]|$)/i;

function upgrade({ accessLog }: EvidenceBundle): Trap | null {
  const paths = [
    ...(accessLog?.failingRequests ?? []).map(({ url }) => url),
    ...(accessLog?.explanations ?? []).map(({ where }) => where.path ?? ''),
  ];
  return paths.some((path) => SOCKET_PATH.test(path))
    ? {
        what: 'whether the failed requests are WebSocket upgrades that the target refuses',
        how: 'send a target "Connection: Upgrade" and "Upgrade: websocket": anything but a complete 101, or a 4xx that leaves the connection open, becomes a 502',
        commands: [],
        layer: 'target',
      }
    : null;
}

function streams(bundle: EvidenceBundle): Trap | null {
  const group = servers(bundle).find(({ protocolVersion }) =>
    /^(?:HTTP2|GRPC)$/i.test(protocolVersion ?? ''),
  );
  return group === undefined
    ? null
    : {
        what: 'whether the targets end HTTP/2 connections while streams are open: a connection age, a stream limit',
        how: 'look for GOAWAY and RST_STREAM in their log, and for MAX_CONNECTION_AGE with too short a grace period',
        commands: [],
        layer: 'target',
      };
}

const secondsOr = (seconds: number | null, otherwise: number): string =>
  seconds === null ? `${otherwise} s, the default` : seconds === 0 ? 'switched off' : `${seconds} s`;

/** ECS Service Connect listens on the port that the load balancer sends to. */
function serviceConnectText(connected: ServiceConnect): Pick<Trap, 'how' | 'commands'> {
  const { protocol, idleTimeoutSeconds, perRequestTimeoutSeconds } = connected;
  const isTcp = protocol === 'tcp';
  const idle = `timeout.idleTimeoutSeconds (${secondsOr(idleTimeoutSeconds, isTcp ? SERVICE_CONNECT_SECONDS.tcpIdle : SERVICE_CONNECT_SECONDS.idle)})`;
  const request = `timeout.perRequestTimeoutSeconds (${secondsOr(perRequestTimeoutSeconds, SERVICE_CONNECT_SECONDS.perRequest)})`;
  const settings = isTcp ? idle : `${idle} and ${request}`;
  return {
    how: `the ECS Service Connect proxy takes the connections: ${settings}; its access log and the container's show where a request ended`,
    commands: [],
  };
}

const PROXY = /envoy|service-connect|appmesh|istio|linkerd|haproxy|traefik/i;

/** What answers on the port of the target need not be the application. */
function proxy(bundle: EvidenceBundle): Trap | null {
  const what = 'whether there is a proxy between load balancer and application, with timeouts of its own';
  for (const group of servers(bundle)) {
    const connected = group.workload?.ecsService?.serviceConnect;
    if (connected !== undefined) return { what, ...serviceConnectText(connected), layer: 'workload' };
    const found = containersOf(group).find((container) => PROXY.test(textOf(container)));
    if (found !== undefined)
      return {
        what,
        how: `container ${argument('CONTAINER', found.name)} looks like one; a probe of the target's port measures whatever answers there`,
        commands: [],
        layer: 'workload',
      };
    const backend = kubernetesBehind(bundle, group);
    if (backend !== null) {
      const look = `kubectl get pods${inNamespace(backend.namespace).option} -o jsonpath='{.items[*].spec.containers[*].image}'`;
      return {
        what,
        how: `${look}   # look for istio-proxy, linkerd-proxy, envoy`,
        commands: [...inNamespace(backend.namespace).remark, look],
        layer: 'workload',
      };
    }
  }
  return null;
}

/**
 * 504 beside 502: too busy to accept or to answer.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html
 */
function starvation(bundle: EvidenceBundle): Trap | null {
  const timeouts = seriesOf(bundle, 'HTTPCode_ELB_504_Count', 'load-balancer').some(
    ({ values }) => sum(values) > 0,
  );
  const service = servers(bundle).find(({ workload }) => workload?.ecsService)?.workload?.ecsService;
  if (!timeouts) return null;
  const what = 'whether the targets were out of CPU, or their accept queue was full';
  if (service === undefined)
    return {
      what,
      how: 'check their CPU in the failing minutes; on a target: nstat -az TcpExtListenOverflows TcpExtListenDrops',
      commands: [],
      layer: 'workload',
    };
  const { start, end } = bundle.window;
  const cluster = service.clusterArn.split('/').at(-1) ?? '';
  const look = `aws cloudwatch get-metric-statistics --region ${argument('REGION', bundle.region)} --namespace AWS/ECS --metric-name CPUUtilization --dimensions ${argument('CLUSTER', `Name=ClusterName,Value=${cluster}`)} ${argument('SERVICE', `Name=ServiceName,Value=${service.serviceName}`)} --start-time ${start} --end-time ${end} --period 60 --statistics Maximum`;
  return { what, how: look, commands: [look], layer: 'workload' };
}

/** What ends requests from outside: their target, a moment, the way to it, or their body before any work is done. */
const ENDED_FROM_OUTSIDE: ReadonlySet<ExplanationKind> = new Set([
  'target-stop',
  'moment',
  'node',
  'request-body',
  'lambda-reason',
]);

/** Whether most failures are such that no work was done to its end. */
const areMostlyEnded = ({ accessLog }: EvidenceBundle): boolean =>
  (accessLog?.explanations ?? [])
    .filter(({ kind }) => ENDED_FROM_OUTSIDE.has(kind))
    .reduce((sum, { share }) => sum + share, 0) > 0.5;

/** Work that was done to its end, and an answer that never left: the application's own log has it as a success. */
function abort(bundle: EvidenceBundle): Trap | null {
  if (areMostlyEnded(bundle)) return null;
  const failed = bundle.accessLog?.failingRequests?.find(
    ({ targetSeconds, traceId }) => targetSeconds > 1 && traceId !== null,
  );
  if (failed === undefined || failed.traceId === null) return null;
  const { look, remark } = logSearch(bundle, failed.traceId);
  const where = remark.length === 0 ? '' : 'LOG_GROUP: the one it writes to; ';
  return {
    what: 'whether the application completed a failed request and then dropped the answer',
    how: `${look}   # ${where}a success there confirms it`,
    commands: [...remark, look],
    layer: 'target',
  };
}

function largeRequest({ accessLog }: EvidenceBundle): Trap | null {
  return (accessLog?.explanations ?? []).some(({ kind }) => kind === 'client')
    ? {
        what: 'whether the clients that fail send large headers, such as many cookies',
        how: 'compare with the limit of the server (Node.js 16 kB, Tomcat 8 kB, nginx four lines of 8 kB, gunicorn 8 kB a line): it answers 4xx, but if it resets the connection the client gets a 502',
        commands: [],
        layer: 'client',
      }
    : null;
}

/**
 * What no cause of the vocabulary stands for, where something in the bundle speaks for it: docs/causes.md has them as
 * traps. They separate nothing, so they come last.
 */
export function trapCandidates(bundle: EvidenceBundle): readonly Candidate[] {
  return [upgrade, streams, abort, largeRequest, reload, starvation, proxy]
    .flatMap((trap) => trap(bundle) ?? [])
    .slice(0, MOST)
    .map((trap) => ({
      ...trap,
      sideEffects: NO_SIDE_EFFECT,
      rollback: [],
      outcomes: [],
      listed: 'always',
    }));
}
