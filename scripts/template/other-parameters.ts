import { CODE_GROUP, OWN_GROUP, REGION } from './monitor-parameters.ts';
import { optional, type ParameterGroup } from './parameter.ts';
import { RECEIVER_GROUPS } from './receiver-parameters.ts';

/** All parameters of the hub's template. */
export const HUB_GROUPS: readonly ParameterGroup[] = [
  CODE_GROUP,
  {
    label: 'Whose alerts it takes',
    parameters: [
      {
        name: 'OrganizationId',
        label: 'Organisation',
        description: 'Accounts of this organisation may send their alerts',
        pattern: '^o-[a-z0-9]{10,32}$',
        expected: 'must be an id such as o-a1b2c3d4e5',
      },
    ],
  },
  ...RECEIVER_GROUPS,
  {
    label: 'The hub itself',
    parameters: OWN_GROUP.parameters.filter(({ name }) => name === 'WatchChat'),
  },
];

const HOME_GROUP: ParameterGroup = {
  label: 'Where the monitor runs',
  parameters: [
    {
      name: 'HomeRegion',
      label: 'Region of the monitor',
      description: 'The region of the stack of alb502.template.json',
      pattern: `^${REGION}$`,
      expected: 'must be a region such as eu-central-1',
    },
  ],
};

/** All parameters of the template for each other region that is watched. */
export const REGION_GROUPS: readonly ParameterGroup[] = [HOME_GROUP];

const CHAT_NAME = '[A-Za-z0-9_-]{1,128}';

/** All parameters of the template that watches chat channels. */
export const CHAT_GROUPS: readonly ParameterGroup[] = [
  HOME_GROUP,
  {
    label: 'Channel configurations of Amazon Q Developer in chat applications',
    parameters: ['Channel', 'Second channel', 'Third channel'].map((label, index) => ({
      name: `ChatConfiguration${index + 1}`,
      label,
      description: 'Name of a channel configuration that is subscribed to the alert topic',
      ...(index === 0 ? {} : { default: '' }),
      pattern: index === 0 ? `^${CHAT_NAME}$` : optional(CHAT_NAME),
      expected: 'must be the name of a channel configuration',
    })),
  },
];
