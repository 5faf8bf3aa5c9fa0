import { setTimeout as sleep } from 'node:timers/promises';
import { type LabClock, labClock } from './clock.ts';
import type { CompletedRequest } from './load-balancer/completed-request.ts';
import { LoadBalancer } from './load-balancer/load-balancer.ts';
import { randomFrom } from './random.ts';
import type { Play, Scenario, Stage } from './scenario.ts';
import { programOf } from './servers/program.ts';
import { type ServerProcess, startNodeServer } from './servers/server-process.ts';
import { type Crowd, startCrowd } from './traffic/crowd.ts';

/** A scenario on its feet: servers, load balancer and, once asked for, traffic. */
export interface OpenStage {
  readonly clock: LabClock;
  readonly loadBalancer: LoadBalancer;
  readonly play: Play;
  /** Begins traffic and what disturbs it. */
  begin(): void;
  /** Ends what disturbs, and applies the fix if there is one. */
  fix(): Promise<void>;
  /** Ends traffic and what disturbs it; what is ended after that costs no request. */
  quiet(): Promise<void>;
  /** Ends everything that was started; safe to call more than once. */
  close(): Promise<void>;
}

/** Everything that has to end, ended once, the last begun first. */
class Endings {
  readonly #endings: (() => Promise<void>)[] = [];

  add(ending: () => Promise<void>): void {
    this.#endings.push(ending);
  }

  async run(): Promise<void> {
    for (const ending of this.#endings.splice(0).reverse()) await ending();
  }
}

/**
 * Sets a scenario up. Where that fails, what was begun is ended.
 *
 * @param onCompleted - is told of every request once it is over
 * @throws InputError where the scenario needs a program that is not installed
 */
export async function openStage(
  scenario: Scenario,
  options: { readonly seed: number; readonly onCompleted: (request: CompletedRequest) => void },
): Promise<OpenStage> {
  const { seed } = options;
  const clock = labClock(scenario.scale);
  const endings = new Endings();
  const closing = new AbortController();
  const { name, nodeCount, oneWayMs } = scenario;
  const loadBalancer = new LoadBalancer({
    name: `lab-${name}`.slice(0, 32),
    clock,
    nodeCount,
    oneWayMs,
    seed,
  });
  endings.add(() => loadBalancer.close());
  loadBalancer.onCompleted(options.onCompleted);
  const stage: Stage = {
    clock,
    loadBalancer,
    random: randomFrom(seed),
    startServer: async (module, settings): Promise<ServerProcess> => {
      const server = await startNodeServer(module, settings);
      endings.add(() => server.stop('SIGTERM'));
      return server;
    },
    onClose: (ending) => endings.add(ending),
    wait: (labSeconds) => sleep(clock.realMs(labSeconds), undefined, { signal: closing.signal }),
  };
  let quiet = async () => {};
  const close = async () => {
    closing.abort();
    try {
      await quiet();
    } finally {
      await endings.run();
    }
  };
  try {
    if (scenario.needs) programOf(scenario.needs);
    const play = await scenario.setUp(stage);
    await loadBalancer.start();
    loadBalancer.forgetChanges();
    const traffic = running(stage, play, seed);
    quiet = traffic.quiet;
    return { ...traffic, clock, loadBalancer, play, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function running(
  { clock, loadBalancer }: Stage,
  play: Play,
  seed: number,
): Pick<OpenStage, 'begin' | 'fix' | 'quiet'> {
  const disturbing = new AbortController();
  let disturbance = Promise.resolve();
  let crowd: Crowd | null = null;
  const endDisturbance = () => {
    disturbing.abort();
    return disturbance;
  };
  return {
    begin: () => {
      const { fronts } = loadBalancer;
      crowd = startCrowd({ fronts, clock, seed, habits: play.habits, onResult: () => {} });
      // It ends by its signal, or by a wait that the closing stage interrupts.
      disturbance = play.disturb?.(disturbing.signal).catch(onlyAborts) ?? disturbance;
      // Whoever ends it is told of a failure; until then it is nobody's.
      disturbance.catch(() => {});
    },
    fix: async () => {
      await endDisturbance();
      await play.fix?.apply();
    },
    quiet: async () => {
      await crowd?.stop();
      await endDisturbance();
    },
  };
}

function onlyAborts(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
