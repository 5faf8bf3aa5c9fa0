import type {
  CheckedContainer,
  CheckedLoadBalancer,
  CheckedServer,
  CheckedTargetGroup,
  CheckedWorkload,
  Place,
  Setting,
} from '../model.ts';

/** The idle timeout of a path, whoever says it. */
export interface PathLoadBalancer {
  readonly id: string;
  readonly name: string;
  /**
   * Who says the idle timeout: a file of the repository, the file of joins by hand, the option `--idle-timeout`, the
   * documented table; or nobody, and it is AWS's default.
   */
  readonly origin: 'repository' | 'by hand' | 'option' | 'document' | 'default';
  readonly place: Place | null;
  readonly idleTimeout:
    | {
        readonly state: 'set' | 'default';
        readonly value: number;
        /** What must hold for the value, in words; null where the file says it outright. */
        readonly assuming: string | null;
      }
    | { readonly state: 'unknown'; readonly why: string };
  /** How its file spells the idle timeout; null where no file of the repository does. */
  readonly idleTimeoutAs: string | null;
}

/**
 * How sure it is that the two belong together: the files say so; it is assumed because there is one of each; one of
 * several was assumed; or a load balancer is only supposed.
 */
export type Certainty = 'joined' | 'assumed' | 'one-of-several' | 'supposed';

/** A way from a load balancer to the server that faces it. */
export interface CheckedPath {
  readonly loadBalancer: PathLoadBalancer;
  readonly targetGroup: CheckedTargetGroup | null;
  readonly workload: CheckedWorkload | null;
  readonly container: CheckedContainer | null;
  /** null for Lambda functions, which have none. */
  readonly server: CheckedServer | null;
  /** Servers behind that one, which the load balancer does not see. */
  readonly behind: readonly CheckedServer[];
  readonly certainty: Certainty;
  /** What was assumed, a sentence each; empty where the files say all. */
  readonly assumed: readonly string[];
}

/** Something that could not be joined, and what joins it. */
export interface NotJoined {
  readonly name: string;
  readonly place: Place;
  readonly why: string;
  /** An entry for the file of joins by hand; null where there is nothing to write. */
  readonly write: string | null;
}

const ofSetting = (setting: Setting<number>): PathLoadBalancer['idleTimeout'] =>
  setting.state === 'unknown'
    ? { state: 'unknown', why: setting.why }
    : { state: setting.state, value: setting.value, assuming: setting.assuming ?? null };

/** A load balancer that the repository defines. */
export const ofRepository = (loadBalancer: CheckedLoadBalancer): PathLoadBalancer => ({
  id: loadBalancer.id,
  name: loadBalancer.name,
  origin: 'repository',
  place: loadBalancer.idleTimeoutSeconds.place,
  idleTimeout: ofSetting(loadBalancer.idleTimeoutSeconds),
  idleTimeoutAs: loadBalancer.idleTimeoutAs,
});

/** A load balancer that is defined elsewhere, of which somebody says the idle timeout. */
export const ofSomebody = (
  name: string,
  origin: PathLoadBalancer['origin'],
  seconds: number,
  place: Place | null = null,
): PathLoadBalancer => ({
  id: origin === 'option' ? '--idle-timeout' : origin === 'default' ? 'default' : `${origin} ${name}`,
  name,
  origin,
  place,
  idleTimeout: { state: origin === 'default' ? 'default' : 'set', value: seconds, assuming: null },
  idleTimeoutAs: null,
});
