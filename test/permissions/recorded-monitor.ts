import { SQSClient } from '@aws-sdk/client-sqs';
import type { FunctionName } from '../../lib/permission.ts';
import type { FaultProxy, FaultRule, RecordedCall } from '../aws-faults.ts';
import type { Deployment } from '../infra/deploy.ts';
import { runInvestigations } from '../infra/investigation-round.ts';
import { type Invocation, invokeBundle } from '../infra/lambda-process.ts';
import type { Moto } from '../moto.ts';

/** The functions of a monitor; the hub of an organisation is none. */
export type MonitorFunctionName = Exclude<FunctionName, 'hub'>;

/** A deployed monitor whose functions call AWS through a proxy that writes the calls down. */
export interface RecordedMonitor {
  /** Every call so far, by the function that made it. */
  readonly calls: ReadonlyMap<MonitorFunctionName, readonly RecordedCall[]>;
  /** @param laterSeconds - how far the function's clock is ahead */
  invoke(
    name: MonitorFunctionName,
    event: unknown,
    faults?: readonly FaultRule[],
    laterSeconds?: number,
  ): Promise<Invocation>;
  /** Investigates until the queue is empty. */
  investigateAll(faults?: readonly FaultRule[]): Promise<number>;
}

/** moto has no CloudTrail that can be searched. */
const EMPTY_TRAIL: FaultRule = { action: 'LookupEvents', fault: { answer: () => ({ Events: [] }) } };
const MOST_BATCHES = 20;

export function recordedMonitor(moto: Moto, proxy: FaultProxy, deployment: Deployment): RecordedMonitor {
  const calls = new Map<MonitorFunctionName, RecordedCall[]>();
  const sqs = new SQSClient(moto.client);

  // A queue's URL carries its host, which the SDK follows.
  const throughProxy = (environment: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replace(moto.endpoint, proxy.endpoint),
      ]),
    );

  async function invoke(
    name: MonitorFunctionName,
    event: unknown,
    faults: readonly FaultRule[] = [],
    laterSeconds = 0,
  ): Promise<Invocation> {
    const deployed = deployment.functions[name];
    if (!deployed) throw new Error(`${name} is not deployed`);
    const { bundle, functionName, environment } = deployed;
    proxy.reset([EMPTY_TRAIL, ...faults]);
    const clock = { CLOCK_AHEAD_SECONDS: String(laterSeconds) };
    const everything = { ...throughProxy(environment), ...moto.environment, ...proxy.environment, ...clock };
    const invocation = await invokeBundle(bundle, functionName, everything, event);
    calls.set(name, [...(calls.get(name) ?? []), ...proxy.calls]);
    return invocation;
  }

  async function investigateAll(faults: readonly FaultRule[] = []): Promise<number> {
    let investigated = 0;
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const done = await runInvestigations(sqs, deployment.outputs.InvestigationQueueUrl, (event) =>
        invoke('investigate', event, faults),
      );
      if (done === null) break;
      if (done.failedMessageIds.length > 0) throw new Error(done.invocation.logs);
      investigated += done.messageIds.length;
    }
    return investigated;
  }

  return { calls, invoke, investigateAll };
}
