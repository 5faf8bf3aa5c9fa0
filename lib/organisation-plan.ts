import * as z from 'zod';
import { type ConfigurationInput, configurationSchema } from './configuration.ts';
import { validate } from './validation.ts';

/** What a roll-out over an organisation needs to know. */
export interface OrganisationPlan {
  /** Id of the organisation, `o-...`. */
  readonly organizationId: string;
  /** The account that all alerts go to, twelve digits. */
  readonly hubAccount: string;
  /** Where every monitor and the hub run; the regions they watch are in `configuration`. */
  readonly homeRegion: string;
  /** Roots or organisational units, `r-...` or `ou-...`; accounts that join them get the monitor by themselves. */
  readonly organizationalUnitIds: readonly string[];
  /** A bucket in the home region that the organisation may read: it holds template and bundles. */
  readonly artifactBucket: string;
  /**
   * Who gets the alerts of all accounts, as `subscriptions` of a configuration.
   * @default - nobody; subscribe to the hub's topic
   */
  readonly hubSubscriptions?: ConfigurationInput['subscriptions'];
  /**
   * Channel configurations of chat that are subscribed to the hub's topic, as `chatConfigurations`.
   * @default - none
   */
  readonly hubChatConfigurations?: string[];
  /**
   * Of every monitor.
   * @default - every setting at its default
   */
  readonly configuration?: ConfigurationInput;
}

const { subscriptions, chatConfigurations } = configurationSchema.shape;

const planSchema = z.strictObject({
  organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/, 'must be an id such as o-a1b2c3d4e5'),
  hubAccount: z.string().regex(/^\d{12}$/, 'must be an account of twelve digits, in quotes'),
  homeRegion: z.string().regex(/^[a-z]{2,8}(-[a-z]+)+-\d{1,2}$/, 'must be a region such as eu-central-1'),
  organizationalUnitIds: z
    .array(
      z
        .string()
        .regex(
          /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/,
          'must be the id of a root or unit, such as ou-ab12-11111111',
        ),
    )
    .min(1, 'must name at least one'),
  artifactBucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket, not its ARN'),
  hubSubscriptions: subscriptions.optional(),
  hubChatConfigurations: chatConfigurations.optional(),
  configuration: configurationSchema.optional(),
} satisfies Record<keyof OrganisationPlan, z.ZodType>);

/**
 * Holds a plan against what can be deployed.
 *
 * @throws InputError on one line that names each key that is wrong, its value and what was expected
 */
export const checkOrganisationPlan = (plan: OrganisationPlan): void =>
  validate(planSchema, plan, 'the plan of the organisation');
