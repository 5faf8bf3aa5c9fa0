import { App } from 'aws-cdk-lib';
import { InputError } from '../lambda/env.ts';
import { watchChat } from '../lib/chat-health.ts';
import { CONFIGURATION_CONTEXT, CONFIGURATION_FILE, readConfiguration } from '../lib/configuration.ts';
import { forwardRegions } from '../lib/region-forwarder.ts';
import { Alb502Stack } from '../lib/stack.ts';
import { printError } from './terminal.ts';

/**
 * The CDK app: configuration → stack, a small stack for each other region that is watched, and one for chat. The monitor's template
 * depends on no account or region, so it is the same everywhere.
 */
try {
  const app = new App();
  const configuration = readConfiguration(CONFIGURATION_FILE, app.node.tryGetContext(CONFIGURATION_CONTEXT));
  new Alb502Stack(app, 'Alb502', { configuration });
  const { CDK_DEFAULT_REGION: region, CDK_DEFAULT_ACCOUNT: account } = process.env;
  forwardRegions(app, configuration, { region, account });
  watchChat(app, configuration, { region, account });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  printError(error.message);
  process.exitCode = 2;
}
