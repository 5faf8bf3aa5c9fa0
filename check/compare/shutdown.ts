import {
  DEFAULT_STOP_SECONDS,
  LONGEST_STOP_ON_FARGATE_SECONDS,
  PRE_STOP_SECONDS,
  REQUESTS_AFTER_DEREGISTRATION_SECONDS,
} from '../../lambda/model/draining.ts';
import type { CheckedPath } from '../join/path.ts';
import { isOnNode } from '../join/server-kind.ts';
import type { CheckedContainer, CheckedTargetGroup, CheckedWorkload, Setting } from '../model.ts';
import type { PathFinding, Write } from './finding.ts';
import { secondsText, serverText, writtenText } from './seconds.ts';
import { inPlaceOf } from './what-to-write.ts';

/** https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/: 30 s unless set. */
const DEFAULT_GRACE_SECONDS = 30;

/** A new pod template leaves the longest request this long after the sleep. */
const AFTER_SLEEP_SECONDS = 35;

const known = (setting: Setting<number> | null): number | null =>
  setting === null || setting.state === 'unknown' ? null : setting.value;

/** What must hold for what a pod says. */
const assumptionsOf = (...settings: readonly (Setting<number> | null)[]): readonly string[] =>
  settings.flatMap((setting) =>
    setting === null || setting.state === 'unknown' ? [] : (setting.assuming ?? []),
  );

const isOnKubernetes = (workload: CheckedWorkload | null): boolean =>
  workload !== null && (workload.format === 'Kubernetes' || workload.launchType === 'kubernetes');

/** What is written there, with another number: `StopTimeout: 120`. */
function withNumber(setting: Setting<number>, value: number): string {
  const written = writtenText(setting);
  return /^\D*\d+\D*$/.test(written) ? written.replace(/\d+/, String(value)) : String(value);
}

/** The seconds after SIGTERM until the process is killed; null where that is not known. */
function secondsToStop({ workload, container }: CheckedPath): number | null {
  if (workload === null) return null;
  if (!isOnKubernetes(workload)) {
    return workload.launchType === 'fargate' || workload.launchType === 'ec2'
      ? (known(container?.stopTimeoutSeconds ?? null) ?? DEFAULT_STOP_SECONDS)
      : null;
  }
  const grace = known(workload.terminationGraceSeconds) ?? DEFAULT_GRACE_SECONDS;
  return Math.max(0, grace - (known(container?.preStopSeconds ?? null) ?? 0));
}

/** A shutdown that waits for connections which the load balancer keeps open. */
function idleConnections(path: CheckedPath): readonly PathFinding[] {
  const { server } = path;
  if (server === null || server.closesIdleOnShutdown !== false) return [];
  const keepAlive = known(server.keepAliveSeconds);
  const seconds = secondsToStop(path);
  const isKilled = keepAlive !== null && seconds !== null && keepAlive >= seconds;
  const write: readonly Write[] = isOnNode(server)
    ? [
        {
          place: server.place,
          where: 'at SIGTERM (Node.js 19 and later do the second by themselves)',
          lines: ['server.close();', 'server.closeIdleConnections();'],
        },
      ]
    : [];
  return [
    {
      rule: 'shutdown-keeps-idle-connections',
      severity: isKilled ? 'warning' : 'note',
      place: server.place,
      message: `${serverText(server)} does not close idle connections when it is told to stop${keepAlive === null ? '' : `, and keeps them for ${secondsText(keepAlive)}`}${isKilled ? `: longer than the ${secondsText(seconds)} until it is killed` : ''}.`,
      write,
    },
  ];
}

function fargateLimit(container: CheckedContainer, workload: CheckedWorkload): readonly PathFinding[] {
  const { stopTimeoutSeconds: setting } = container;
  const seconds = known(setting);
  if (workload.launchType !== 'fargate' || setting === null || seconds === null) return [];
  if (seconds <= LONGEST_STOP_ON_FARGATE_SECONDS) return [];
  return [
    {
      rule: 'stop-timeout-above-fargate-limit',
      severity: 'error',
      place: setting.place,
      message: `stopTimeout of the container ${container.name} is ${secondsText(seconds)}. It need not reach the deregistration delay: ECS waits for that by itself before SIGTERM.`,
      write: [
        {
          place: setting.place,
          where: inPlaceOf(setting),
          lines: [withNumber(setting, LONGEST_STOP_ON_FARGATE_SECONDS)],
        },
      ],
    },
  ];
}

/** ECS sends SIGTERM after the deregistration delay, so that delay is the time to drain. */
function shortDelay(group: CheckedTargetGroup, workload: CheckedWorkload): readonly PathFinding[] {
  const setting = group.deregistrationDelaySeconds;
  const seconds = known(setting);
  const isOnEcs = workload.launchType === 'fargate' || workload.launchType === 'ec2';
  if (!isOnEcs || seconds === null || seconds > REQUESTS_AFTER_DEREGISTRATION_SECONDS) return [];
  return [
    {
      rule: 'deregistration-delay-short',
      // AWS itself advises 5 s for services that answer fast, so more than none is no failure.
      severity: seconds === 0 ? 'warning' : 'note',
      place: setting.place,
      message: `The deregistration delay of ${group.name} is ${secondsText(seconds)}; requests were seen to arrive for longer.`,
      write: [
        {
          place: setting.place,
          where: inPlaceOf(setting),
          lines: group.deregistrationDelayAs.replace('%s', '30').split('\n'),
        },
      ],
    },
  ];
}

/** What a pod template needs so that the load balancer has stopped sending before SIGTERM. */
const podLines = (sleep: number): readonly string[] => [
  `terminationGracePeriodSeconds: ${sleep + AFTER_SLEEP_SECONDS}`,
  `lifecycle: { preStop: { sleep: { seconds: ${sleep} } } }`,
];

function preStop(container: CheckedContainer, workload: CheckedWorkload): readonly PathFinding[] {
  const setting = container.preStopSeconds;
  if (setting?.state === 'unknown') return [];
  const seconds = setting === null ? 0 : setting.value;
  const isMissing = setting === null || setting.state === 'default' || seconds === 0;
  if (seconds > REQUESTS_AFTER_DEREGISTRATION_SECONDS) return [];
  const place = setting?.place ?? container.place;
  return [
    {
      rule: isMissing ? 'pre-stop-missing' : 'pre-stop-short',
      severity: isMissing ? 'note' : 'warning',
      place,
      message: isMissing
        ? `The container ${container.name} of ${workload.name} has no preStop sleep: it gets SIGTERM while the load balancer still sends.`
        : `The preStop sleep of the container ${container.name} of ${workload.name} is ${secondsText(seconds)}; it has to be longer than ${REQUESTS_AFTER_DEREGISTRATION_SECONDS} s.`,
      assumed: assumptionsOf(setting),
      write: [
        {
          place,
          where:
            'the first in the pod template, the second in its container (before Kubernetes 1.30: exec with sleep)',
          lines: podLines(PRE_STOP_SECONDS),
        },
      ],
    },
  ];
}

/** A preStop hook that takes all of the time there is. */
function graceBelowPreStop(container: CheckedContainer, workload: CheckedWorkload): PathFinding | null {
  const setting = workload.terminationGraceSeconds;
  if (setting?.state === 'unknown') return null;
  const grace = setting?.value ?? DEFAULT_GRACE_SECONDS;
  const place = setting?.place ?? workload.place;
  const sleep = known(container.preStopSeconds) ?? 0;
  if (sleep === 0 || grace > sleep) return null;
  return {
    rule: 'grace-period-below-pre-stop',
    severity: 'error',
    place,
    message: `terminationGracePeriodSeconds of ${workload.name} is ${secondsText(grace)}${setting?.state === 'set' ? '' : ' (the default)'}, and the preStop hook of ${container.name} takes ${secondsText(sleep)} of it.`,
    assumed: assumptionsOf(container.preStopSeconds, setting),
    write: [{ place, where: null, lines: [`terminationGracePeriodSeconds: ${sleep + AFTER_SLEEP_SECONDS}`] }],
  };
}

function gracePeriod(
  { targetGroup }: CheckedPath,
  container: CheckedContainer,
  workload: CheckedWorkload,
): readonly PathFinding[] {
  const below = graceBelowPreStop(container, workload);
  if (below !== null) return [below];
  const setting = workload.terminationGraceSeconds;
  if (setting?.state === 'unknown') return [];
  const grace = setting?.value ?? DEFAULT_GRACE_SECONDS;
  const place = setting?.place ?? workload.place;
  const delay = targetGroup?.deregistrationDelaySeconds;
  if (delay?.state !== 'set' || delay.value <= grace) return [];
  return [
    {
      rule: 'deregistration-delay-above-grace-period',
      severity: 'note',
      place: delay.place,
      message: `The deregistration delay of ${targetGroup?.name ?? ''} is ${secondsText(delay.value)}, and ${workload.name} is killed after ${secondsText(grace)}: longer requests are cut off.`,
      write: [{ place, where: null, lines: [`terminationGracePeriodSeconds: ${delay.value + 5}`] }],
    },
  ];
}

/**
 * What a pod says by itself, whatever stands before it: a hook that takes all of the grace period never ends. Where no load
 * balancer was found before it, no more than a warning.
 */
export function podFindings(workload: CheckedWorkload): readonly PathFinding[] {
  return workload.containers.flatMap((container) => {
    const found = isOnKubernetes(workload) ? graceBelowPreStop(container, workload) : null;
    return found === null ? [] : [{ ...found, severity: 'warning' as const, ofWorkload: true as const }];
  });
}

/** Everything about how what runs behind a path stops. */
export function shutdownFindings(path: CheckedPath): readonly PathFinding[] {
  const { workload, container, targetGroup } = path;
  const idle = idleConnections(path);
  if (workload === null || container === null || targetGroup === null) return idle;
  const own = isOnKubernetes(workload)
    ? [...preStop(container, workload), ...gracePeriod(path, container, workload)]
    : [...fargateLimit(container, workload), ...shortDelay(targetGroup, workload)];
  return [...idle, ...own.map((found) => ({ ...found, ofWorkload: true as const }))];
}
