import * as z from 'zod';
import type { Target } from '../load-balancer/target.ts';
import type { TargetGroup } from '../load-balancer/target-group.ts';
import type { Stage } from '../scenario.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import { EcsService } from '../workload/ecs-service.ts';
import type { Program } from '../workload/task.ts';

/** A server and its registration. */
export interface Member {
  readonly server: ServerProcess;
  readonly target: Target;
}

/** Starts a server and registers it once it listens; behind the group stands a service whose tasks are like it. */
export async function join(
  stage: Stage,
  group: TargetGroup,
  server: { readonly module: string; readonly settings: object },
): Promise<Member> {
  if (group.workload === null) quietService(stage, group, programOf(stage, server));
  const started = await stage.startServer(server.module, server.settings);
  return { server: started, target: await group.register('127.0.0.1', started.port) };
}

/** Takes a server out as it should be done: drained first, stopped after. */
export async function leave(group: TargetGroup, { server, target }: Member): Promise<void> {
  await group.deregister(target);
  await server.stop('SIGTERM');
}

/** Puts a service behind a group of which the account tells what runs, and that nothing happened. */
export function quietService(stage: Stage, group: TargetGroup, program: Program): EcsService {
  const service = new EcsService(stage, group.name, program);
  service.serveBehind(group);
  return service;
}

const settingsSchema = z.object({ idleCloseMs: z.number().nullable().default(null) });

/** A server of the lab as its task definition would have it: an application on Node takes its keep-alive from a variable. */
export function programOf(
  { clock }: Stage,
  { module, settings }: { readonly module: string; readonly settings: object },
): Program {
  if (module !== 'node-http')
    return { module, settings, container: { image: 'shop:1', command: ['./server'], environment: {} } };
  const { idleCloseMs } = settingsSchema.parse(settings);
  // Node ends an idle connection a second after the keep-alive it was told.
  const keepAliveMs = idleCloseMs === null ? null : Math.round(1000 * clock.labSeconds(idleCloseMs)) - 1000;
  const environment = keepAliveMs === null ? {} : { KEEP_ALIVE_TIMEOUT: String(keepAliveMs) };
  return { module, settings, container: { image: 'shop:1', command: ['node', 'server.js'], environment } };
}

/** Settings of a Node server that outlasts an idle timeout of 60 s by the required margin. */
export const outlastingNode = ({ clock }: Stage): { readonly module: string; readonly settings: object } => ({
  module: 'node-http',
  settings: { idleCloseMs: clock.realMs(75) },
});
