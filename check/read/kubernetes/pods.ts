import type { CheckedContainer, CheckedWorkload, Setting } from '../../model.ts';
import { DEFAULT_TERMINATION_GRACE_SECONDS, secondsSetting } from '../setting.ts';
import { at, itemsOf, type MapValue, numberOf, textOf, textsOf, type Value } from '../value.ts';
import { namedPairs, variablesOf, wordsOf } from '../words.ts';
import { isMapValue } from '../yaml-value.ts';
import type { ServiceGroup } from './balancing.ts';
import { idOf, type KubernetesObject, nearest, titleOf } from './objects.ts';

/** What has pods. */
export const WORKLOAD_KINDS = [
  'DaemonSet',
  'Deployment',
  'Pod',
  'ReplicaSet',
  'Rollout',
  'StatefulSet',
] as const;

const podOf = ({ kind, value }: KubernetesObject): Value | undefined =>
  kind === 'Pod' ? value : at(value, 'spec', 'template');

const SLEEP = /\bsleep\s+(\d+(?:\.\d+)?)([smh]?)\b/g;
const IN_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** How long a preStop hook sleeps; without a hook not at all. */
function preStopOf(container: MapValue): Setting<number> {
  const hook = at(container, 'lifecycle', 'preStop');
  if (hook === undefined) return { state: 'default', value: 0, place: container.place, written: '' };
  const { place } = hook;
  const sleep = at(hook, 'sleep', 'seconds');
  if (sleep !== undefined) return secondsSetting(sleep, { seconds: 0, place });
  const command = at(hook, 'exec', 'command');
  const words = textsOf(command)?.join(' ') ?? textOf(command);
  if (command === undefined || words === null)
    return { state: 'unknown', place, why: 'the preStop hook is no command whose duration can be told' };
  const sleeps = [...words.matchAll(SLEEP)];
  if (sleeps.length === 0)
    return { state: 'unknown', place, why: 'how long the command of the preStop hook takes cannot be told' };
  const seconds = sleeps.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (IN_SECONDS[unit ?? ''] ?? 1),
    0,
  );
  const assuming =
    [command, ...itemsOf(command)].find(({ origin }) => origin?.assuming != null)?.origin?.assuming ?? null;
  const set = { state: 'set' as const, value: seconds, place: command.place, written: command.written };
  return assuming === null ? set : { ...set, assuming };
}

function containerOf(container: Value): CheckedContainer[] {
  if (!isMapValue(container)) return [];
  const get = (item: Value, key: 'name' | 'value'): Value | undefined => at(item, key);
  return [
    {
      name: textOf(at(container, 'name')) ?? 'name unknown',
      place: container.place,
      image: textOf(at(container, 'image')),
      builtFrom: null,
      entryPoint: wordsOf(at(container, 'command')),
      command: wordsOf(at(container, 'args')),
      environment: variablesOf(namedPairs(at(container, 'env'), get)),
      ports: itemsOf(at(container, 'ports')).flatMap((port) => numberOf(at(port, 'containerPort')) ?? []),
      stopTimeoutSeconds: null,
      preStopSeconds: preStopOf(container),
    },
  ];
}

/** Containers that serve as long as the pod does: those of `initContainers` do only if they are restarted always. */
function servingContainers(spec: Value | undefined): readonly Value[] {
  const sidecars = itemsOf(at(spec, 'initContainers')).filter(
    (one) => textOf(at(one, 'restartPolicy')) === 'Always',
  );
  return [...itemsOf(at(spec, 'containers')), ...sidecars];
}

/** Which container listens on a port, by number or by name; the only one where nothing says it. */
function listening(
  containers: readonly Value[],
  targetPort: string | null,
): { container: string | null; port: number | null } {
  const number = targetPort !== null && /^\d+$/.test(targetPort) ? Number(targetPort) : null;
  for (const container of containers)
    for (const port of itemsOf(at(container, 'ports'))) {
      const containerPort = numberOf(at(port, 'containerPort'));
      const isIt = number === null ? textOf(at(port, 'name')) === targetPort : containerPort === number;
      if (targetPort !== null && isIt)
        return { container: textOf(at(container, 'name')), port: containerPort };
    }
  const only = containers.length === 1 ? textOf(at(containers[0], 'name')) : null;
  return { container: only, port: number };
}

function isSelected(service: KubernetesObject, workload: KubernetesObject): boolean {
  const selector = at(service.value, 'spec', 'selector');
  const labels = at(podOf(workload), 'metadata', 'labels');
  if (!isMapValue(selector) || selector.entries.size === 0 || service.namespace !== workload.namespace)
    return false;
  return [...selector.entries].every(([key, value]) => textOf(at(labels, key)) === textOf(value));
}

/** A workload with the target groups whose Services select its pods. */
export function workloadOf(
  workload: KubernetesObject,
  groups: readonly ServiceGroup[],
  all: readonly KubernetesObject[],
): CheckedWorkload {
  const pod = podOf(workload);
  const spec = at(pod, 'spec');
  const containers = servingContainers(spec);
  const behind = groups.flatMap(({ group, service, targetPort }) => {
    if (service === null || !isSelected(service, workload)) return [];
    // Of the same workload in several overlays the one beside the Service is meant.
    const same = all.filter((one) => titleOf(one) === titleOf(workload) && isSelected(service, one));
    return nearest(same, service.file).includes(workload)
      ? [{ targetGroup: group.id, ...listening(containers, targetPort) }]
      : [];
  });
  return {
    id: idOf(workload),
    name: titleOf(workload),
    format: 'Kubernetes',
    place: workload.place,
    behind,
    containers: containers.flatMap(containerOf),
    launchType: 'kubernetes',
    terminationGraceSeconds: secondsSetting(at(spec, 'terminationGracePeriodSeconds'), {
      seconds: DEFAULT_TERMINATION_GRACE_SECONDS,
      place: (spec ?? workload.value).place,
    }),
  };
}
