import { type CheckInput, type CheckResult, checkRepository } from '../../check/check-repository.ts';
import {
  type CheckedContainer,
  type CheckedImage,
  type CheckedLoadBalancer,
  type CheckedServer,
  type CheckedTargetGroup,
  type CheckedWorkload,
  type FileFacts,
  type FileReader,
  NO_FACTS,
  type Place,
  type Setting,
} from '../../check/model.ts';
import { folderOf } from '../../check/path-names.ts';

const at = (file: string, line = 1): Place => ({ file, line });

export const set = <T>(value: T, place: Place, written = String(value)): Setting<T> => ({
  state: 'set',
  value,
  place,
  written,
});
export const byDefault = <T>(value: T, place: Place): Setting<T> => ({
  state: 'default',
  value,
  place,
  written: '',
});
export const unknown = (place: Place, why = 'it is the parameter IdleTimeout'): Setting<never> => ({
  state: 'unknown',
  place,
  why,
});

export const INFRA = 'infra/main.tf';
export const APP = 'app/server.js';

/** A load balancer with an idle timeout of 60 s that is set, unless told otherwise. */
export const loadBalancer = (
  name = 'shop',
  idle: Setting<number> = set(60, at(INFRA, 4), 'idle_timeout = 60'),
): CheckedLoadBalancer => ({
  id: `${INFRA}#${name}`,
  name,
  format: 'Terraform',
  place: at(INFRA, 2),
  idleTimeoutSeconds: idle,
  idleTimeoutAs: 'idle_timeout = %s',
});

export const targetGroup = (change: Partial<CheckedTargetGroup> = {}): CheckedTargetGroup => ({
  id: `${INFRA}#web`,
  name: 'web',
  format: 'Terraform',
  place: at(INFRA, 10),
  targetType: 'ip',
  port: 3000,
  protocolVersion: 'HTTP1',
  deregistrationDelaySeconds: byDefault(300, at(INFRA, 10)),
  deregistrationDelayAs: 'deregistration_delay = %s',
  loadBalancers: [`${INFRA}#shop`],
  elsewhere: null,
  ...change,
});

export const container = (change: Partial<CheckedContainer> = {}): CheckedContainer => ({
  name: 'app',
  place: at(INFRA, 24),
  image: null,
  builtFrom: 'app',
  entryPoint: null,
  command: null,
  environment: {},
  ports: [3000],
  stopTimeoutSeconds: byDefault(30, at(INFRA, 24)),
  preStopSeconds: null,
  ...change,
});

export const workload = (change: Partial<CheckedWorkload> = {}): CheckedWorkload => ({
  id: `${INFRA}#service`,
  name: 'service',
  format: 'Terraform',
  place: at(INFRA, 20),
  behind: [{ targetGroup: `${INFRA}#web`, container: 'app', port: 3000 }],
  containers: [container()],
  launchType: 'fargate',
  terminationGraceSeconds: null,
  ...change,
});

export const image = (change: Partial<CheckedImage> = {}): CheckedImage => ({
  id: 'app/Dockerfile',
  place: at('app/Dockerfile'),
  folder: 'app',
  from: 'node:22',
  entryPoint: null,
  command: ['node', 'server.js'],
  environment: {},
  ports: [3000],
  copies: [{ from: '.', to: '/app' }],
  ...change,
});

/** Express with nothing set, unless told otherwise. */
export const server = (
  keepAlive: number | Setting<number> = byDefault(5, at(APP, 12)),
  change: Partial<CheckedServer> = {},
): CheckedServer => {
  const file = change.place?.file ?? APP;
  const line = change.place?.line ?? 12;
  return {
    id: `${file}#server`,
    server: 'express',
    version: null,
    place: at(file, line),
    folder: folderOf(file),
    keepAliveSeconds:
      typeof keepAlive === 'number'
        ? set(keepAlive, at(file, line), `server.keepAliveTimeout = ${keepAlive * 1000};`)
        : keepAlive,
    keepAliveAs: { template: 'server.keepAliveTimeout = %s;', unit: 'milliseconds' },
    requestsPerConnection: null,
    headersTimeoutSeconds: null,
    closesIdleOnShutdown: null,
    ports: [],
    ...change,
  };
};

/** nginx by a configuration file. */
export const nginx = (seconds: number, file = 'nginx/nginx.conf', ports: readonly number[] = [80]) =>
  server(set(seconds, at(file, 3), `keepalive_timeout ${seconds}s;`), {
    id: `${file}#nginx`,
    server: 'nginx',
    place: at(file, 3),
    folder: folderOf(file),
    keepAliveAs: { template: 'keepalive_timeout %ss;', unit: 'seconds' },
    ports,
  });

const place = (item: { readonly place: Place }): string => item.place.file;

/** Facts, each in the file that it says it is from. */
export type Facts = Partial<FileFacts>;

/** A check of facts that are given: a reader for each file hands them out. */
export function check(given: Facts, options: Partial<CheckInput> = {}): CheckResult {
  const facts = { ...NO_FACTS, ...given };
  const files = [
    ...new Set(
      Object.values(facts)
        .flat()
        .map((item) => place(item)),
    ),
  ];
  const reader: FileReader = {
    reads: 'a file of the test',
    takes: (path) => files.includes(path),
    read: ({ path }) => {
      const own = <T extends { readonly place: Place }>(items: readonly T[]): readonly T[] =>
        items.filter((item) => place(item) === path);
      return {
        loadBalancers: own(facts.loadBalancers),
        targetGroups: own(facts.targetGroups),
        workloads: own(facts.workloads),
        images: own(facts.images),
        builds: own(facts.builds),
        servers: own(facts.servers),
        unread: own(facts.unread),
      };
    },
  };
  return checkRepository({
    files: files.map((path) => ({ path, text: '' })),
    documents: [],
    beside: { text: () => null, paths: files },
    readers: [reader],
    serverOf: () => null,
    idleTimeoutSeconds: null,
    byHand: null,
    baseline: null,
    ...options,
  });
}

/** A repository whose files say all: load balancer, target group, service, Dockerfile, server. */
export const wholeRepository = (change: Facts = {}): Facts => ({
  loadBalancers: [loadBalancer()],
  targetGroups: [targetGroup()],
  workloads: [workload()],
  images: [image()],
  servers: [server()],
  ...change,
});

export { at };
