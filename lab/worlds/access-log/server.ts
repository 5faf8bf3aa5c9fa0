import type { Pool } from './pool.ts';
import type { GroupSpec } from './scenario.ts';

/** A target in service, and since when it is down. */
export interface Server {
  readonly group: number;
  readonly index: number;
  address: string;
  keepAliveSeconds: number | null;
  /** Requests do not go there from then on, until `upAt`. */
  outAt: number;
  /** Connections are refused from then on, until `upAt`. */
  downAt: number;
  upAt: number;
  readonly pools: Pool[];
}

/** The moment of death of a process: crashes and the steps of a deployment. */
export interface Death {
  readonly at: number;
  readonly server: Server;
  readonly cause: 'target-crash' | 'deployment';
  readonly downSeconds: number;
}

/** When which process of a group dies, by its specification. */
export function deathsOf(spec: GroupSpec, servers: readonly Server[]): Death[] {
  const crashes = (spec.crashes ?? []).flatMap(({ atSeconds, target, downSeconds }) => {
    const server = servers[target];
    return server ? [{ at: atSeconds, server, cause: 'target-crash' as const, downSeconds }] : [];
  });
  const { deployment } = spec;
  const steps = deployment
    ? servers.map((server, index) => ({
        at: deployment.atSeconds + index * deployment.everySeconds,
        server,
        cause: 'deployment' as const,
        downSeconds: 0.5,
      }))
    : [];
  return [...crashes, ...steps];
}
