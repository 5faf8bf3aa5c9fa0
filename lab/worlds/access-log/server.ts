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
  /** When it looks for idle connections, as a share of its period. */
  readonly sweepPhase: number;
  readonly pools: Pool[];
}

/** The moment of death of a process: crashes and the steps of a deployment. */
export interface Death {
  readonly at: number;
  readonly server: Server;
  readonly cause: 'target-crash' | 'deployment';
  readonly downSeconds: number;
  /** It ended what it had before. */
  readonly graceful: boolean;
  /** A new target takes its place. */
  readonly replaced: boolean;
}

/** The address of a target; one that was replaced has a place further on. */
export function targetAddress(group: number, index: number, replaced = false): string {
  const host = 10 + index + (replaced ? 100 + Math.floor(index / 100) * 1000 : 0);
  return `10.${host >> 8}.${group}.${host & 255}:8080`;
}

/** When which process of a group dies, by its specification. */
export function deathsOf(spec: GroupSpec, servers: readonly Server[]): Death[] {
  const crashes = (spec.crashes ?? []).flatMap(({ atSeconds, target, downSeconds }): Death[] => {
    const server = servers[target];
    return server
      ? [{ at: atSeconds, server, cause: 'target-crash', downSeconds, graceful: false, replaced: false }]
      : [];
  });
  const { deployment } = spec;
  if (!deployment) return crashes;
  const steps = servers.map(
    (server, index): Death => ({
      at: deployment.atSeconds + index * deployment.everySeconds,
      server,
      cause: 'deployment',
      downSeconds: deployment.inPlace ? 15 : 0.5,
      graceful: deployment.graceful ?? false,
      replaced: !deployment.inPlace,
    }),
  );
  return [...crashes, ...steps];
}
