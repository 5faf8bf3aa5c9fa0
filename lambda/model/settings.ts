import * as z from 'zod';
import { type NumberRange, THRESHOLD_RANGES } from './threshold-range.ts';

const wholeNumber = ({ least, largest }: NumberRange) => z.number().int().min(least).max(largest);

const regionName = z
  .string()
  .regex(/^[a-z]{2,8}(-[a-z]+)+-\d{1,2}$/, 'is not a region name such as eu-central-1');

/** A keep-alive the team declares for a target group it cannot tag. */
const declaredKeepAliveSchema = z.strictObject({
  targetGroup: z.string().min(1).describe('name or ARN of the target group'),
  seconds: z.number().positive().max(86_400).describe('how long its targets keep an idle connection open'),
});

/** What an attribute should be; it goes before what the monitor has learned. */
const declaredAttributeSchema = z.strictObject({
  resource: z
    .string()
    .min(1)
    .describe('name or ARN of a load balancer or target group, or `*` for every one that has the attribute'),
  key: z.string().min(1).describe('the attribute, for instance `idle_timeout.timeout_seconds`'),
  value: z.string().describe('its value, as AWS writes it'),
});

/**
 * What a deployed monitor can be told. Every field has a default that suits an account nobody configured.
 */
export const settingsSchema = z.strictObject({
  regions: z
    .union([z.array(regionName), z.literal('all')], 'must be a list of region names, or "all"')
    .default([])
    .describe(
      'regions to watch, or `"all"` for every one that the account has enabled; empty means the region of the stack. Each region costs one query a minute, $0.43 a month and more if many had 502s, and what `backstopMinutes` costs there',
    ),
  excludedRegions: z
    .array(regionName)
    .default([])
    .describe(
      'regions not to watch when `regions` is `"all"`, for instance those that a service control policy denies',
    ),
  declaredKeepAlives: z
    .array(declaredKeepAliveSchema)
    .default([])
    .describe('keep-alives of target groups that cannot have the tag alb502:keep-alive-seconds'),
  declaredAttributes: z
    .array(declaredAttributeSchema)
    .default([])
    .describe(
      'the values that attributes should have; anything else is drift, whatever the learned baseline says',
    ),
  expectedChangers: z
    .array(z.string().min(1).max(2048))
    .default([])
    .describe(
      'ARNs, with `*` for anything, of those who change load balancers as a matter of course, for instance a deployment role: their changes are noted and not announced, and become the baseline when no 502 followed within six hours. The ARN of a role stands for its sessions too',
    ),
  readWorkloads: z
    .boolean()
    .default(true)
    .describe(
      'whether investigations also read what runs behind the target groups: ECS services, their deployments and stopped tasks, Auto Scaling groups, Lambda functions. If false, the functions get no permission for it. The calls cost nothing',
    ),
  investigationWindowMinutes: z
    .number()
    .int()
    .min(15)
    .max(1440)
    .default(180)
    .describe('how far back an investigation looks'),
  screenWindowMinutes: z
    .number()
    .int()
    .min(5)
    .max(60)
    .default(15)
    .describe(
      'how far back screening looks, every minute, for a 502; covers late metrics and missed runs. Costs nothing',
    ),
  backstopMinutes: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(30)
    .describe(
      'how often every load balancer is asked for by name, because CloudWatch lists new metrics late: the longest that a first 502 can go unnoticed. Costs $0.43 divided by the minutes for each load balancer a month',
    ),
  postureHours: z
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe(
      'how often the configuration of a quiet load balancer is checked, spread over that time; costs $0.0014 for each load balancer a month at 24',
    ),
  activeMinutes: z
    .number()
    .int()
    .min(1)
    .max(60)
    .default(1)
    .describe(
      'how often a load balancer with an open alert is investigated in the first hour of its incident: how fresh the alert, its severity and the dashboard are. Costs $0.04 divided by the minutes for each incident',
    ),
  activeLaterMinutes: z
    .number()
    .int()
    .min(1)
    .max(60)
    .default(5)
    .describe(
      'the same from the second hour on; `activeMinutes` if that is longer. Costs $0.04 divided by the minutes for each hour of an incident',
    ),
  pendingMinutes: wholeNumber(THRESHOLD_RANGES.pendingMinutes)
    .default(0)
    .describe('how long a failure must last before it fires; 0 fires on the first 502'),
  minimum502Count: z
    .number()
    .int()
    .min(THRESHOLD_RANGES.minimum502Count.least)
    .default(1)
    .describe('with fewer 502s than this in the window, nothing fires'),
  critical502Ratio: z
    .number()
    .positive()
    .max(THRESHOLD_RANGES.critical502Ratio.largest)
    .default(0.01)
    .describe(
      'share of failed requests, over the last hour and over the last 5 minutes, that makes an alert critical',
    ),
  resolveAfterMinutes: wholeNumber(THRESHOLD_RANGES.resolveAfterMinutes)
    .default(30)
    .describe('shortest time without a 502 before an alert resolves; rare failures wait longer'),
  widgetActions: z
    .boolean()
    .default(false)
    .describe(
      'whether viewers of the dashboard may accept drift and silence a load balancer for an hour; if false, the widget has no permission to write. Costs nothing',
    ),
  probeSkipWords: z
    .array(z.string().regex(/^[A-Za-z0-9]{2,40}$/, 'must be a word of letters and digits'))
    .max(200)
    .optional()
    .describe(
      'the probe function never requests a path that contains one of these words; replaces the list in probe.md. With `[]` only the tag alb502:probe-skip-paths counts',
    ),
  askServers: z
    .boolean()
    .default(false)
    .describe(
      'whether to send each listener of an internet-facing load balancer one HEAD request every six hours to see which server answers (`Server`, `X-Powered-By`). Costs nothing; it is the only thing that the monitor sends to your load balancers',
    ),
  readImages: z
    .boolean()
    .default(false)
    .describe(
      'whether to read the configuration of container images in Amazon ECR: entry point, command and versions, if a task definition does not have them. Gives the function `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`. The calls cost nothing',
    ),
  repeatHours: wholeNumber(THRESHOLD_RANGES.repeatHours)
    .default(4)
    .describe('how often a firing alert is repeated'),
});

/** Settings with every default filled in. */
export type Settings = z.infer<typeof settingsSchema>;
/** Settings as a person writes them. */
export type SettingsInput = z.input<typeof settingsSchema>;
