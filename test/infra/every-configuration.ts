import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { watchChat } from '../../lib/chat-health.ts';
import { type ConfigurationInput, parseConfiguration } from '../../lib/configuration.ts';
import { organisation } from '../../lib/organisation.ts';
import { forwardRegions } from '../../lib/region-forwarder.ts';
import { Alb502Stack } from '../../lib/stack.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pager-AbCdEf';
const HOME = { region: 'eu-central-1', account: '123456789012' };

/** Everything that can be switched on at once. */
const EVERYTHING: ConfigurationInput = {
  regions: 'all',
  widgetActions: true,
  probe: { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-01234567'] },
  chatConfigurations: ['oncall'],
  accessLogBuckets: ['arn:aws:s3:::my-logs'],
  accessLogGroups: ['arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/alb'],
  backendLogGroups: ['arn:aws:logs:eu-central-1:123456789012:log-group:/my/service'],
  declaredKeepAlives: [{ targetGroup: 'shop', seconds: 75 }],
  subscriptions: [
    { protocol: 'email', endpoint: 'oncall@example.com', severities: ['critical'] },
    { protocol: 'lambda', endpoint: 'arn:aws:lambda:eu-central-1:123456789012:function:pager' },
    { protocol: 'pagerduty', secretArn: SECRET },
    { protocol: 'opsgenie', secretArn: SECRET },
    { protocol: 'webhook', secretArn: SECRET, endpoint: 'https://hooks.example.com/alb502' },
  ],
};

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

export interface SynthesizedTemplate {
  readonly name: string;
  readonly path: string;
  readonly resources: z.infer<typeof templateSchema>['Resources'];
}

/**
 * The templates of every kind of deployment: default, all regions, probe, chat, integrations, organisation.
 *
 * @throws whatever the CDK's validator finds in them
 */
export function synthesizeEverything(outdir: string): readonly SynthesizedTemplate[] {
  process.env['CDK_VALIDATION'] = 'true';
  const app = new App({ outdir, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
  new Alb502Stack(app, 'Default', { configuration: parseConfiguration({}, 'test') });
  const everything = parseConfiguration(EVERYTHING, 'test');
  new Alb502Stack(app, 'Everything', { configuration: everything });
  const [forwarder] = forwardRegions(app, everything, HOME);
  const chat = watchChat(app, everything, HOME);
  const { hub, member, rollout } = organisation(app, {
    ...{ organizationId: 'o-a1b2c3d4e5', hubAccount: '111122223333', homeRegion: 'eu-central-1' },
    ...{ organizationalUnitIds: ['ou-ab12-11111111'], artifactBucket: 'example-alb502-artifacts' },
    hubSubscriptions: EVERYTHING.subscriptions,
    hubChatConfigurations: ['oncall'],
  });
  app.synth();
  const names = [forwarder, chat, hub, member, rollout].map((stack) => stack?.stackName ?? 'missing');
  return ['Default', 'Everything', ...names].map((name) => {
    const path = join(outdir, `${name}.template.json`);
    return { name, path, resources: templateSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).Resources };
  });
}
