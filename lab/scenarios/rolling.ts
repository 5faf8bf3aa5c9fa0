import type { Target } from '../load-balancer/target.ts';
import type { TargetGroup } from '../load-balancer/target-group.ts';
import type { Stage } from '../scenario.ts';
import type { ServerProcess } from '../servers/server-process.ts';

/** A server and its registration. */
export interface Member {
  readonly server: ServerProcess;
  readonly target: Target;
}

/** Starts a server and registers it once it listens. */
export async function join(
  stage: Stage,
  group: TargetGroup,
  server: { readonly module: string; readonly settings: object },
): Promise<Member> {
  const started = await stage.startServer(server.module, server.settings);
  return { server: started, target: await group.register('127.0.0.1', started.port) };
}

/** Takes a server out as it should be done: drained first, stopped after. */
export async function leave(group: TargetGroup, { server, target }: Member): Promise<void> {
  await group.deregister(target);
  await server.stop('SIGTERM');
}

/** Settings of a Node server that outlasts an idle timeout of 60 s by the required margin. */
export const outlastingNode = ({ clock }: Stage): { readonly module: string; readonly settings: object } => ({
  module: 'node-http',
  settings: { idleCloseMs: clock.realMs(75) },
});
