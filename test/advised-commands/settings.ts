/** What a line of somebody's configuration sets, as AWS itself would be told the same. */
type Words = readonly string[];

interface Form {
  readonly form: RegExp;
  /** Where it is documented that such a line is taken there. */
  readonly source: string;
  /**
   * The words after `aws` that would set the same, so that AWS's own model tells whether there is such a setting; one of
   * them has to be taken. null where AWS knows nothing of it.
   */
  readonly commands: ((groups: readonly string[]) => readonly Words[]) | null;
}

const CDK = 'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_elasticloadbalancingv2-readme.html';
const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElasticLoadBalancingV2.html';
const CONTROLLER = 'https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/225f445/docs/guide/';
const TERRAFORM = 'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/';
const ECS = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/';
const PODS = 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/';

const ARNS = {
  'load-balancer':
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188',
  'target-group': 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/73e2d6bc24d8a067',
} as const;

type Kind = keyof typeof ARNS;

const attribute = (kind: Kind, key: string, value: string): Words => [
  'elbv2',
  `modify-${kind}-attributes`,
  `--${kind}-arn`,
  ARNS[kind],
  '--attributes',
  `Key=${key},Value=${value}`,
];

const ofEither = ([key = '', value = '']: readonly string[]): readonly Words[] => [
  attribute('load-balancer', key, value),
  attribute('target-group', key, value),
];

const protocol = ([name = '']: readonly string[]): readonly Words[] => [
  ['elbv2', 'create-target-group', '--name', 'web', '--protocol', name],
];

/** Properties of the CDK's constructs, with the attribute that each becomes. */
export const CDK_PROPERTIES = {
  idleTimeout: ['load-balancer', 'idle_timeout.timeout_seconds'],
  deregistrationDelay: ['target-group', 'deregistration_delay.timeout_seconds'],
  multiValueHeadersEnabled: ['target-group', 'lambda.multi_value_headers.enabled'],
} as const;

const ROUTING = 'target_group_health.unhealthy_state_routing.minimum_healthy_targets';

/** Arguments of the AWS provider of Terraform, with the attribute that each becomes. */
const TERRAFORM_ARGUMENTS = {
  idle_timeout: ['load-balancer', 'idle_timeout.timeout_seconds'],
  client_keep_alive: ['load-balancer', 'client_keep_alive.seconds'],
  desync_mitigation_mode: ['load-balancer', 'routing.http.desync_mitigation_mode'],
  deregistration_delay: ['target-group', 'deregistration_delay.timeout_seconds'],
  lambda_multi_value_headers_enabled: ['target-group', 'lambda.multi_value_headers.enabled'],
  minimum_healthy_targets_count: ['target-group', `${ROUTING}.count`],
  minimum_healthy_targets_percentage: ['target-group', `${ROUTING}.percentage`],
} as const;

const NAMED: Readonly<Record<string, readonly [kind: Kind, key: string]>> = {
  ...CDK_PROPERTIES,
  ...TERRAFORM_ARGUMENTS,
};

function named([name = '', value = '', other = '']: readonly string[]): readonly Words[] {
  const [kind, key] = NAMED[name] ?? [];
  return kind === undefined || key === undefined
    ? []
    : [attribute(kind, key, (value || other).replaceAll('"', ''))];
}

const FORMS: readonly Form[] = [
  {
    form: new RegExp(
      `^(${Object.keys(CDK_PROPERTIES).join('|')}): (?:Duration\\.seconds\\((\\w+)\\)|(\\w+)),$`,
    ),
    source: CDK,
    commands: named,
  },
  {
    form: /^(loadBalancer|targetGroup)\.setAttribute\("([^"]+)", "([^"]+)"\);$/,
    source: CDK,
    commands: ([what, key = '', value = '']) => [
      attribute(what === 'loadBalancer' ? 'load-balancer' : 'target-group', key, value),
    ],
  },
  {
    form: /^- \{ [Kk]ey: ([\w.]+), [Vv]alue: "([^"]+)" \}$/,
    source: `${CLOUDFORMATION} and ${CONTROLLER}gateway/loadbalancerconfig.md`,
    commands: ofEither,
  },
  {
    form: /^alb\.ingress\.kubernetes\.io\/(load-balancer|target-group)-attributes: ([\w.]+)=(\w+)$/,
    source: `${CONTROLLER}ingress/annotations.md`,
    commands: ([kind, key = '', value = '']) => [
      attribute(kind === 'load-balancer' ? kind : 'target-group', key, value),
    ],
  },
  {
    form: /^service\.beta\.kubernetes\.io\/aws-load-balancer-(target-group-)?attributes: ([\w.]+)=(\w+)$/,
    source: `${CONTROLLER}service/annotations.md`,
    commands: ([group, key = '', value = '']) => [
      attribute(group ? 'target-group' : 'load-balancer', key, value),
    ],
  },
  {
    form: new RegExp(`^ *(${Object.keys(TERRAFORM_ARGUMENTS).join('|')}) = (\\w+|"\\w+")$`),
    source: `${TERRAFORM}lb and ${TERRAFORM}lb_target_group`,
    commands: named,
  },
  {
    form: /^ *(?:target_group_health|unhealthy_state_routing) \{$|^ *\}$/,
    source: `${TERRAFORM}lb_target_group`,
    commands: null,
  },
  {
    form: /^(?:[Pp]rotocol: (?:ApplicationProtocol\.)?|protocol = "|alb\.ingress\.kubernetes\.io\/backend-protocol: )(\w+)[",]?$/,
    source: `${CDK}, ${CLOUDFORMATION}, ${TERRAFORM}lb_target_group, ${CONTROLLER}ingress/annotations.md`,
    commands: protocol,
  },
  {
    form: /^"(stopTimeout)": (\d+)$/,
    source: `${ECS}API_ContainerDefinition.html`,
    commands: ([key = '', value]) => [
      [
        ...['ecs', 'register-task-definition', '--family', 'web'],
        ...['--container-definitions', JSON.stringify([{ name: 'web', [key]: Number(value) }])],
      ],
    ],
  },
  {
    form: /^"command": (\[.*\])$/,
    source: `${ECS}API_ContainerDefinition.html`,
    commands: ([command = '']) => [
      [
        ...['ecs', 'register-task-definition', '--family', 'web'],
        ...['--container-definitions', `[{"name":"web","command":${command}}]`],
      ],
    ],
  },
  {
    form: /^"(minimumHealthyPercent|maximumPercent)": (\d+)$/,
    source: `${ECS}API_DeploymentConfiguration.html`,
    commands: ([key = '', value]) => [
      ['ecs', 'update-service', '--service', 'web', '--deployment-configuration', `${key}=${value}`],
    ],
  },
  {
    form: /^"healthCheckGracePeriodSeconds": (\d+)$/,
    source: `${ECS}API_UpdateService.html`,
    commands: ([value = '']) => [
      ['ecs', 'update-service', '--service', 'web', '--health-check-grace-period-seconds', value],
    ],
  },
  {
    form: /^terminationGracePeriodSeconds: \d+$|^lifecycle: \{ preStop: \{ sleep: \{ seconds: \d+ \} \} \}$/,
    source: PODS,
    commands: null,
  },
];

/** Whether a configuration of AWS, of a tool or of Kubernetes takes such a line. */
export const isSetting = (line: string): boolean => FORMS.some(({ form }) => form.test(line));

/** The words after `aws` that would set the same, of which AWS has to take one; none where it knows nothing of it. */
export function asCommands(line: string): readonly Words[] {
  for (const { form, commands } of FORMS) {
    const match = form.exec(line);
    if (match !== null) return commands?.(match.slice(1)) ?? [];
  }
  return [];
}
