import type { OwnedAction } from '../../model/diagnosis.ts';
import type { EvidenceBundle, TargetGroup } from '../../model/evidence.ts';
import { seriesOf, sum } from '../bundle/metric-view.ts';
import type { CauseRow } from '../cause-row.ts';
import { argument, describeTargetHealth, printable } from '../remedies/command.ts';
import { failedTargetOf } from '../remedies/failed-url.ts';
import { ownerOfWorkload } from '../remedies/owners.ts';
import { inNamespace, kubernetesBehind } from '../remedies/workload-text.ts';

/** Groups with connection errors of their own first; all of them where the metric has no value per group. */
export function groupsWithErrors(bundle: EvidenceBundle, metric: string): readonly TargetGroup[] {
  const failing = new Set(
    seriesOf(bundle, metric, 'target-group')
      .filter((series) => sum(series.values) > 0)
      .map((series) => series.dimensions['TargetGroup']),
  );
  const named = bundle.targetGroups.filter((group) => failing.has(group.arn.split(':').at(-1)));
  return (
    named.length > 0 ? named : bundle.targetGroups.filter((group) => group.targetType !== 'lambda')
  ).slice(0, 3);
}

function portOf(bundle: EvidenceBundle, group: TargetGroup): number | string | null {
  const logged = failedTargetOf(bundle, group)?.split(':').at(-1);
  return group.targets[0]?.port ?? group.port ?? logged ?? null;
}

/** The port to look at, and what is to be said where it is not known. */
function listenedPort(bundle: EvidenceBundle, group: TargetGroup): { port: number | string; remark: string } {
  const port = portOf(bundle, group);
  return port === null
    ? { port: 'PORT', remark: '; PORT: the one it is registered with' }
    : { port, remark: '' };
}

/** Whether targets of the group answered other requests in the log: then something listens there, mostly. */
function answersMostly({ accessLog }: EvidenceBundle, { arn }: TargetGroup): boolean {
  const logged = accessLog?.targetGroups.find(({ targetGroupArn }) => targetGroupArn === arn);
  const failed = (logged?.targets ?? []).filter(({ elb502 }) => elb502 > 0);
  return failed.length > 0 && failed.every(({ requests, elb502 }) => requests > elb502);
}

/**
 * Targets that refuse at times and answer at others: a port is closed while its server starts anew. A full backlog
 * refuses as well where the kernel is told to reset.
 */
function checkRestarts(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  const { port, remark } = listenedPort(bundle, group);
  return {
    title: `On the targets of ${printable(group.name)}: find out what stops accepting on port ${port} for a while`,
    why: 'these targets answered other requests, so their port was closed only at times: while the server restarts or starts late, while a port moves (a container that is replaced), or while a connection limit of the server, or of a proxy or firewall before it, is reached. Compare the start of the process with the failures. A full accept queue refuses only where tcp_abort_on_overflow is set; else it gives a 504. Side effect: none, it only reads.',
    commands: [
      describeTargetHealth(group.arn),
      `# on the target${remark}; it shows which process listens:`,
      `ss -ltnp 'sport = :${port}'`,
      '# since when each process runs:',
      'ps -eo lstart,pid,args --sort=start_time | tail -n 20',
      'nstat -az TcpExtListenOverflows TcpExtListenDrops',
    ],
    rollback: [],
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

function checkListening(bundle: EvidenceBundle, group: TargetGroup): OwnedAction {
  const { port, remark } = listenedPort(bundle, group);
  return {
    title: `On the targets of ${printable(group.name)}: make sure the server listens on port ${port}, on all addresses`,
    why: 'a refused connection means that nothing listens there, or only on 127.0.0.1. A full accept queue (Recv-Q at Send-Q) drops connections instead, which gives a 504, unless tcp_abort_on_overflow is set. Side effect of a longer queue: requests wait before they are served.',
    commands: [describeTargetHealth(group.arn), `# on the target${remark}:`, `ss -ltn 'sport = :${port}'`],
    rollback: ['# if you changed the port of the server or of the registration, set it back'],
    layer: 'target',
    owner: ownerOfWorkload(bundle, group),
  };
}

/**
 * Targets of Kubernetes. A NodePort is answered by rules of the node and not by a process, so no list of sockets shows
 * it: it refuses where its Service has no ready endpoint (kube-proxy rejects then).
 * https://kubernetes.io/docs/reference/networking/virtual-ips/
 */
function checkEndpoints(bundle: EvidenceBundle, group: TargetGroup): OwnedAction | null {
  const backend = kubernetesBehind(bundle, group);
  if (backend === null) return null;
  const isNodePort = group.targetType === 'instance';
  const port = portOf(bundle, group);
  const { option, remark } = inNamespace(backend.namespace);
  const service = backend.service === null ? 'SERVICE' : argument('SERVICE', backend.service);
  return {
    title: `On Kubernetes, ${backend.text}: make sure its Service selects ready pods${isNodePort && port !== null ? ` (node port ${port})` : ''}`,
    why: `${isNodePort ? 'the node answers a node port by forwarding rules, so `ss -ltn` does not show it; it refuses while its Service has no ready endpoint. ' : 'a pod refuses while its server does not listen on the target port, or listens only on 127.0.0.1. '}Compare the selector with the labels of the pods. Side effect: none, it only reads.`,
    commands: [
      ...(backend.service === null ? ['# SERVICE: the one behind the target group'] : []),
      ...remark,
      `kubectl get service ${service}${option} -o wide`,
      `kubectl get endpointslices${option} -l kubernetes.io/service-name=${service}`,
      `kubectl get pods${option} -o wide --show-labels`,
      describeTargetHealth(group.arn),
    ],
    rollback: [],
    layer: 'workload',
    owner: 'kubernetes',
  };
}

/** Nothing listens on the port of the target, or its backlog is full. */
export const connectionRefused: CauseRow = {
  id: 'connection-refused',
  advise: (bundle) =>
    groupsWithErrors(bundle, 'TargetConnectionErrorCount').map(
      (group) =>
        checkEndpoints(bundle, group) ??
        (answersMostly(bundle, group) ? checkRestarts(bundle, group) : checkListening(bundle, group)),
    ),
};
