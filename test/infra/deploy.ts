import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ConfigurationInput } from '../../lib/configuration.ts';
import type { FunctionName } from '../../lib/permission.ts';
import type { Moto } from '../moto.ts';
import { type AlertInbox, openAlertInbox } from './alert-inbox.ts';
import { type InvestigationRound, runInvestigations } from './investigation-round.ts';
import { type Invocation, invokeBundle } from './lambda-process.ts';
import {
  createStack,
  type DeployedFunction,
  fitForMoto,
  type Outputs,
  readFunction,
  uploadAssets,
} from './moto-stack.ts';
import { synthesizeInto } from './synthesize.ts';

/** What is deployed without any configuration. */
type DefaultFunction = Exclude<FunctionName, 'probe' | 'hub'>;

/** The stack as it stands in moto. */
export interface Deployment {
  readonly outputs: Outputs;
  readonly functions: Readonly<Record<DefaultFunction, DeployedFunction>> & {
    /** Where the configuration has a probe. */
    readonly probe?: DeployedFunction;
  };
  /** Runs a deployed bundle in a fresh process with the deployed environment. */
  invokeDeployed(name: DefaultFunction, event: unknown): Promise<Invocation>;
  /**
   * Does what the event source mapping does, once: takes one batch off the queue, invokes the investigate function
   * and deletes what it did not report as failed. null where the queue is empty.
   */
  runInvestigations(): Promise<InvestigationRound | null>;
  /** Takes every alert that arrived since the last call off a queue that is subscribed to the topic. */
  receiveAlerts: AlertInbox['receiveAlerts'];
  /** Removes the synthesized files; moto is the caller's. */
  remove(): void;
}

/**
 * Synthesizes the stack and deploys it into moto's CloudFormation.
 *
 * @param moto - stays the caller's to stop
 */
export async function deployToMoto(moto: Moto, configuration: ConfigurationInput = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'alb502-deploy-'));
  const { template, assets } = synthesizeInto(folder, configuration);
  await uploadAssets(moto, assets);
  const outputs = await createStack(moto, fitForMoto(template));
  const [screen, investigate, widget] = await Promise.all([
    readFunction(moto, 'ScreenFunctionName', outputs, template, assets),
    readFunction(moto, 'InvestigateFunctionName', outputs, template, assets),
    readFunction(moto, 'WidgetFunctionName', outputs, template, assets),
  ]);
  const probe =
    outputs.ProbeFunctionName === undefined
      ? {}
      : { probe: await readFunction(moto, 'ProbeFunctionName', outputs, template, assets) };
  const functions = { screen, investigate, widget, ...probe };
  const sqs = new SQSClient(moto.client);
  const inbox = await openAlertInbox(moto, sqs, outputs.AlertTopicArn);
  const invokeDeployed = (name: DefaultFunction, event: unknown): Promise<Invocation> => {
    const { bundle, functionName, environment } = functions[name];
    return invokeBundle(bundle, functionName, { ...environment, ...moto.environment }, event);
  };
  return {
    outputs,
    functions,
    invokeDeployed,
    runInvestigations: () =>
      runInvestigations(sqs, outputs.InvestigationQueueUrl, (event) => invokeDeployed('investigate', event)),
    receiveAlerts: inbox.receiveAlerts,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
