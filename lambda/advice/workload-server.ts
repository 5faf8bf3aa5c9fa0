import { MASK } from '../model/random-word.ts';
import { redacted } from '../model/redacted-line.ts';
import type { Container, EcsService } from '../model/workload.ts';
import { readVariablesAlone } from './workload-server/by-variable.ts';
import { readCommand } from './workload-server/command.ts';
import { type StartingWords, startingWords } from './workload-server/container.ts';
import { versionIn } from './workload-server/image.ts';
import { readProduct } from './workload-server/product.ts';
import type { KeepAliveReading } from './workload-server/reading.ts';
import { behindServiceConnect, readServiceConnect } from './workload-server/service-connect.ts';

/** The server that a workload's configuration names. */
export interface WorkloadServer {
  readonly state: 'named';
  /** As the tag `alb502:server` takes it, with the version where it is known: `nginx/1.27`. */
  readonly server: string;
  readonly keepAlive: KeepAliveReading;
  /** Where it was read, word for word: `command of task definition shop:42: gunicorn app:app -k gthread`. */
  readonly where: string;
}

/** Why a workload's configuration names no server. */
export interface NoWorkloadServer {
  readonly state: 'unknown';
  readonly why: string;
}

interface Place {
  readonly container: Container;
  readonly starting: StartingWords;
  /** `task definition shop:42`, and which of its containers where there are several. */
  readonly words: string;
}

function placeOf({ taskDefinition, serviceName, containers }: EcsService, container: Container): Place {
  const definition =
    taskDefinition === null
      ? `the task definition of service ${serviceName}`
      : `task definition ${taskDefinition}`;
  const name = containers.length > 1 ? `, container ${container.name}` : '';
  return { container, starting: startingWords(container), words: `${definition}${name}` };
}

/** Arguments of a server or its runtime, any of which can set its keep-alive. */
const OPTION_VARIABLES = [
  'CATALINA_OPTS',
  'GUNICORN_CMD_ARGS',
  'JAVA_OPTIONS',
  'JAVA_OPTS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
];

/** A default holds unless something sets another, be it in what is not read. */
function withUnread({ container, starting }: Place, keepAlive: KeepAliveReading): KeepAliveReading {
  if (keepAlive.state !== 'default') return keepAlive;
  const unread = OPTION_VARIABLES.find((name) => starting.environment[name] === MASK);
  if (unread !== undefined)
    return { state: 'unknown', why: `the value of ${unread} is a secret's, or is not read` };
  if (container.hasEnvironmentFiles !== true) return keepAlive;
  const { unless } = keepAlive;
  return { state: 'default', unless: `${unless === null ? '' : `${unless}, or `}its environment files` };
}

function named(place: Place, server: string, keepAlive: KeepAliveReading, where: string): WorkloadServer {
  const { container, starting } = place;
  const version = versionIn(server, container.image, starting.environment);
  return {
    state: 'named',
    server: version === null ? server : `${server}/${version}`,
    keepAlive: withUnread(place, keepAlive),
    // Words of a command may hold anything.
    where: where.replaceAll(/[\p{C}\s]+/gu, ' '),
  };
}

/** `variable PUMA_PERSISTENT_TIMEOUT=65 of task definition shop:42`; one with arguments is named only. */
function variableWords({ words, container, starting }: Place, variable: string): string {
  const value = (starting.environment[variable] ?? '').trim();
  const written = /^[\w.:]{1,16}$/.test(value) ? `=${value}` : '';
  const isOwn = Object.hasOwn(container.environment, variable);
  return `variable ${variable}${written} of ${isOwn ? '' : 'the image of '}${words}`;
}

function byCommand(place: Place, words: readonly string[]): WorkloadServer | NoWorkloadServer {
  const found = readCommand(words, place.starting.environment);
  if (found.state === 'unknown') return found;
  const { server, keepAlive, quoted } = found.reading;
  const variable = keepAlive.state === 'set' ? keepAlive.variable : null;
  const origin = place.starting.of === 'image' ? `the image of ${place.words}` : place.words;
  const where = variable === null ? `command of ${origin}` : variableWords(place, variable);
  return named(place, server, keepAlive, `${where}: ${quoted}`);
}

/** An image that is a product, started as it starts by itself, perhaps with arguments. */
function byImage(place: Place): WorkloadServer | null {
  const { container, starting } = place;
  const found = readProduct(container.image, starting);
  if (found === null) return null;
  const { product, keepAlive } = found;
  const quoted = found.quoted === null ? '' : ` and command: ${found.quoted}`;
  const where =
    keepAlive.state === 'set' && keepAlive.variable !== null
      ? `${variableWords(place, keepAlive.variable)}, image ${redacted(container.image)}`
      : `image of ${place.words}: ${redacted(container.image)}${quoted}`;
  return named(place, product, keepAlive, where);
}

/** The server in the container that has the target group's port. */
function containerServer(service: EcsService): WorkloadServer | NoWorkloadServer {
  const serving = service.containers.filter(({ servesTargetGroup }) => servesTargetGroup);
  const [container] = serving;
  if (container === undefined || serving.length > 1)
    return { state: 'unknown', why: 'which container has the port of the target group is not known' };
  const place = placeOf(service, container);
  const { words, environment } = place.starting;
  const byItself = byImage(place);
  if (byItself) return byItself;
  const found: WorkloadServer | NoWorkloadServer =
    words === null
      ? { state: 'unknown', why: 'its command is that of its image, which was not read' }
      : byCommand(place, words);
  if (found.state === 'named') return found;
  const alone = readVariablesAlone(environment, words);
  return alone === null
    ? found
    : named(place, alone.server, alone.keepAlive, variableWords(place, alone.keepAlive.variable ?? ''));
}

/**
 * The server that takes the load balancer's connections in an ECS service, and what its configuration says of the
 * keep-alive: the container that has the target group's port, or the proxy of Service Connect before it.
 * It names none rather than guess. No word of a command or variable leaves it but those that were read.
 */
export function workloadServer(service: EcsService): WorkloadServer | NoWorkloadServer {
  const { serviceConnect, serviceName, otherServices = [] } = service;
  if (otherServices.length > 0) {
    const why = `the target group has tasks of other services too (${otherServices.join(', ')}), which may run other servers`;
    return { state: 'unknown', why };
  }
  if (serviceConnect === undefined) return containerServer(service);
  const proxy = readServiceConnect(serviceConnect, serviceName);
  if (proxy !== null) return { state: 'named', ...proxy };
  const found = containerServer(service);
  return found.state === 'unknown'
    ? found
    : { ...found, keepAlive: behindServiceConnect(serviceConnect, found.keepAlive) };
}
