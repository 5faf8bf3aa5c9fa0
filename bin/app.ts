import { App } from 'aws-cdk-lib';
import { InputError } from '../lambda/env.ts';
import { CONFIGURATION_CONTEXT, CONFIGURATION_FILE, readConfiguration } from '../lib/configuration.ts';
import { Alb502Stack } from '../lib/stack.ts';

/** The CDK app: configuration → stack. It depends on no account or region, so the template is the same everywhere. */
try {
  const app = new App();
  const configuration = readConfiguration(CONFIGURATION_FILE, app.node.tryGetContext(CONFIGURATION_CONTEXT));
  new Alb502Stack(app, 'Alb502', { configuration });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`alb502: ${error.message}\n`);
  process.exitCode = 2;
}
