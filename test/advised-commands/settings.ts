/** An attribute of a load balancer or target group as a line of its owner's configuration sets it. */
export interface WrittenSetting {
  readonly of: 'load-balancer' | 'target-group' | 'either';
  readonly key: string;
  readonly value: string;
}

interface Form {
  readonly form: RegExp;
  /** Where it is documented that the owner takes such a line. */
  readonly source: string;
  /** null for a line that sets nothing by itself, such as the brace of a block. */
  readonly setting: ((groups: readonly string[]) => WrittenSetting) | null;
}

const CDK = 'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_elasticloadbalancingv2-readme.html';
const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElasticLoadBalancingV2.html';
const CONTROLLER = 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f445/docs/guide/';
const TERRAFORM = 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/';

/** Properties of the CDK's constructs, with the attribute that each becomes. */
export const CDK_PROPERTIES = {
  idleTimeout: { of: 'load-balancer', key: 'idle_timeout.timeout_seconds' },
  deregistrationDelay: { of: 'target-group', key: 'deregistration_delay.timeout_seconds' },
  multiValueHeadersEnabled: { of: 'target-group', key: 'lambda.multi_value_headers.enabled' },
} as const;

const TERRAFORM_ARGUMENTS: Readonly<Record<string, Pick<WrittenSetting, 'of' | 'key'>>> = {
  idle_timeout: { of: 'load-balancer', key: 'idle_timeout.timeout_seconds' },
  client_keep_alive: { of: 'load-balancer', key: 'client_keep_alive.seconds' },
  desync_mitigation_mode: { of: 'load-balancer', key: 'routing.http.desync_mitigation_mode' },
  deregistration_delay: { of: 'target-group', key: 'deregistration_delay.timeout_seconds' },
  lambda_multi_value_headers_enabled: { of: 'target-group', key: 'lambda.multi_value_headers.enabled' },
  minimum_healthy_targets_count: {
    of: 'target-group',
    key: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count',
  },
  minimum_healthy_targets_percentage: {
    of: 'target-group',
    key: 'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage',
  },
};

const isProperty = (name: string): name is keyof typeof CDK_PROPERTIES => Object.hasOwn(CDK_PROPERTIES, name);

function cdkSetting([name = '', seconds = '', other = '']: readonly string[]): WrittenSetting {
  if (!isProperty(name)) throw new Error(`no property ${name}`);
  return { ...CDK_PROPERTIES[name], value: seconds || other };
}

function terraformSetting([name = '', value = '']: readonly string[]): WrittenSetting {
  const argument = TERRAFORM_ARGUMENTS[name];
  if (argument === undefined) throw new Error(`no argument ${name}`);
  return { ...argument, value: value.replaceAll('"', '') };
}

const FORMS: readonly Form[] = [
  {
    form: /^(idleTimeout|deregistrationDelay|multiValueHeadersEnabled): (?:Duration\.seconds\((\w+)\)|(\w+)),$/,
    source: CDK,
    setting: cdkSetting,
  },
  {
    form: /^(loadBalancer|targetGroup)\.setAttribute\("([^"]+)", "([^"]+)"\);$/,
    source: CDK,
    setting: ([what, key = '', value = '']) => ({
      of: what === 'loadBalancer' ? 'load-balancer' : 'target-group',
      key,
      value,
    }),
  },
  {
    form: /^- \{ [Kk]ey: ([\w.]+), [Vv]alue: "([^"]+)" \}$/,
    source: `${CLOUDFORMATION} and ${CONTROLLER}gateway/loadbalancerconfig.md`,
    setting: ([key = '', value = '']) => ({ of: 'either', key, value }),
  },
  {
    form: /^alb\.ingress\.kubernetes\.io\/(load-balancer|target-group)-attributes: ([\w.]+)=(\w+)$/,
    source: `${CONTROLLER}ingress/annotations.md`,
    setting: ([of, key = '', value = '']) => ({
      of: of === 'load-balancer' ? 'load-balancer' : 'target-group',
      key,
      value,
    }),
  },
  {
    form: /^service\.beta\.kubernetes\.io\/aws-load-balancer-(target-group-)?attributes: ([\w.]+)=(\w+)$/,
    source: `${CONTROLLER}service/annotations.md`,
    setting: ([group, key = '', value = '']) => ({
      of: group === undefined || group === '' ? 'load-balancer' : 'target-group',
      key,
      value,
    }),
  },
  {
    form: new RegExp(`^ *(${Object.keys(TERRAFORM_ARGUMENTS).join('|')}) = (\\w+|"\\w+")$`),
    source: `${TERRAFORM}lb and ${TERRAFORM}lb_target_group`,
    setting: terraformSetting,
  },
  {
    form: /^ *(?:target_group_health|unhealthy_state_routing) \{$|^ *\}$/,
    source: `${TERRAFORM}lb_target_group`,
    setting: null,
  },
];

/** Whether an owner's configuration takes such a line. */
export const isSettingOfOwner = (line: string): boolean => FORMS.some(({ form }) => form.test(line));

/** The attribute that such a line sets; null where it sets none. */
export function settingOf(line: string): WrittenSetting | null {
  for (const { form, setting } of FORMS) {
    const match = form.exec(line);
    if (match !== null) return setting?.(match.slice(1)) ?? null;
  }
  return null;
}

const ARNS = {
  'load-balancer':
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
  'target-group': 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
} as const;

/** The words after `aws` that would set the same: AWS's own model then tells whether there is such an attribute. */
export function asCommands({ of, key, value }: WrittenSetting): readonly (readonly string[])[] {
  const kinds = of === 'either' ? (['load-balancer', 'target-group'] as const) : ([of] as const);
  return kinds.map((kind) => [
    'elbv2',
    `modify-${kind}-attributes`,
    `--${kind}-arn`,
    ARNS[kind],
    '--attributes',
    `Key=${key},Value=${value}`,
  ]);
}
