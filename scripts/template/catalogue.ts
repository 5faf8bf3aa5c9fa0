import type { App, Stack } from 'aws-cdk-lib';
import { ChatHealth } from '../../lib/chat-health.ts';
import { parseConfiguration } from '../../lib/configuration.ts';
import { OrganisationHub } from '../../lib/organisation-hub.ts';
import { RegionForwarder } from '../../lib/region-forwarder.ts';
import type { TemplateName } from '../../lib/release/template-name.ts';
import { Alb502Stack } from '../../lib/stack.ts';
import { sendToHub } from '../../lib/to-hub.ts';
import type { JsonObject } from './intrinsic.ts';
import { MONITOR_GROUPS } from './monitor-parameters.ts';
import { CHAT_GROUPS, HUB_GROUPS, REGION_GROUPS } from './other-parameters.ts';
import { parameterizedTemplate, type TemplateFrame } from './parameterized.ts';
import {
  CHAT_CONFIGURATIONS,
  HOME_REGION,
  HUB_BUS_ARN,
  SAMPLE_CONFIGURATION,
  SAMPLE_PLAN,
  STACK_NAME,
} from './sample.ts';
import { MONITOR_RULES, RECEIVER_RULES } from './settings-text.ts';
import { synthesis } from './synthesis.ts';

interface Source extends TemplateFrame {
  /** The stack of the CDK app, with sample values. */
  readonly make: (app: App) => Stack;
}

const SOURCES: Readonly<Record<TemplateName, Source>> = {
  alb502: {
    make: (app) => {
      const configuration = parseConfiguration(SAMPLE_CONFIGURATION, 'the sample');
      const stack = new Alb502Stack(app, STACK_NAME, { configuration });
      sendToHub(stack, HUB_BUS_ARN);
      return stack;
    },
    groups: MONITOR_GROUPS,
    rules: MONITOR_RULES,
    always: [],
  },
  'alb502-region': {
    make: (app) =>
      new RegionForwarder(app, `${STACK_NAME}Changes`, {
        homeRegion: HOME_REGION,
        description: 'Forwards changes of load balancers to alb502 in the region of the monitor',
      }),
    groups: REGION_GROUPS,
    rules: {},
    always: [],
  },
  'alb502-chat': {
    make: (app) =>
      new ChatHealth(app, `${STACK_NAME}Chat`, {
        homeRegion: HOME_REGION,
        configurations: CHAT_CONFIGURATIONS,
        description: 'Tells alb502 of chat messages that were not delivered; deploy it in us-east-1',
      }),
    groups: CHAT_GROUPS,
    rules: {},
    always: [],
  },
  'alb502-hub': {
    make: (app) => new OrganisationHub(app, `${STACK_NAME}Hub`, SAMPLE_PLAN),
    groups: HUB_GROUPS,
    rules: RECEIVER_RULES,
    always: ['CreatesKey', 'MonitorsItself'],
  },
};

/** A template with parameters, made of the construct that the CDK app deploys. */
export function releasedTemplate(name: TemplateName): JsonObject {
  const { make, ...frame } = SOURCES[name];
  return parameterizedTemplate(synthesis(make), frame);
}
