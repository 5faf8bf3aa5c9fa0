/** One shop, as each format would have it. */
export interface Shop {
  readonly idleTimeoutSeconds: number | null;
  readonly deregistrationDelaySeconds: number | null;
  readonly stopTimeoutSeconds: number | null;
  readonly port: number;
  readonly image: string;
}

/** Files of a repository that says it in one format. */
export type Written = (shop: Shop) => Readonly<Record<string, string>>;

const attribute = (key: string, value: number | null): readonly object[] =>
  value === null ? [] : [{ Key: key, Value: String(value) }];

const containerOf = ({ image, port, stopTimeoutSeconds }: Shop) => ({
  name: 'web',
  image,
  portMappings: [{ containerPort: port }],
  command: ['gunicorn', 'shop:app', '--keep-alive', '65'],
  environment: [{ name: 'PORT', value: String(port) }],
  ...(stopTimeoutSeconds === null ? {} : { stopTimeout: stopTimeoutSeconds }),
});

const capitalised = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(capitalised);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      capitalised(inner),
    ]),
  );
};

function resources(shop: Shop, metadata: (path: string) => object): object {
  const elb = 'AWS::ElasticLoadBalancingV2';
  return {
    Alb: {
      Type: `${elb}::LoadBalancer`,
      Properties: {
        LoadBalancerAttributes: attribute('idle_timeout.timeout_seconds', shop.idleTimeoutSeconds),
      },
      ...metadata('Shop/Alb/Resource'),
    },
    Listener: {
      Type: `${elb}::Listener`,
      Properties: {
        LoadBalancerArn: { Ref: 'Alb' },
        DefaultActions: [
          {
            Type: 'forward',
            ForwardConfig: { TargetGroups: [{ TargetGroupArn: { Ref: 'Group' }, Weight: 1 }] },
          },
        ],
      },
    },
    Group: {
      Type: `${elb}::TargetGroup`,
      Properties: {
        TargetType: 'ip',
        Protocol: 'HTTP',
        Port: shop.port,
        TargetGroupAttributes: attribute(
          'deregistration_delay.timeout_seconds',
          shop.deregistrationDelaySeconds,
        ),
      },
      ...metadata('Shop/Group/Resource'),
    },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: { ContainerDefinitions: [capitalised(containerOf(shop))] },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        LaunchType: 'FARGATE',
        TaskDefinition: { Ref: 'Task' },
        LoadBalancers: [
          {
            ContainerName: 'web',
            ContainerPort: shop.port,
            TargetGroupArn: { 'Fn::GetAtt': ['Group', 'TargetGroupArn'] },
          },
        ],
      },
      ...metadata('Shop/Service/Resource'),
    },
  };
}

/** JSON is YAML; with its tags the short form of `Ref` and `Fn::GetAtt`. */
const shortForm = (json: string): string =>
  json
    .replaceAll(/\{\s*"Ref": ("\w+")\s*\}/g, '!Ref $1')
    .replaceAll(/\{\s*"Fn::GetAtt": (\[[^\]]*\])\s*\}/g, '!GetAtt $1');

const hclLine = (name: string, value: number | null): string =>
  value === null ? '' : `  ${name} = ${value}\n`;

/** The values of `planned_values`, and what the configuration refers to. */
function plan(shop: Shop): object {
  const planned = (type: string, name: string, values: object) => ({
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    name,
    values,
  });
  const configured = (type: string, name: string, expressions: object) => ({
    address: `${type}.${name}`,
    expressions,
  });
  const to = (...references: readonly string[]) => ({ references });
  return {
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          planned('aws_lb', 'shop', {
            load_balancer_type: 'application',
            idle_timeout: shop.idleTimeoutSeconds,
          }),
          planned('aws_lb_listener', 'http', { default_action: [{ type: 'forward' }] }),
          planned('aws_lb_target_group', 'web', {
            target_type: 'ip',
            protocol: 'HTTP',
            port: shop.port,
            deregistration_delay: shop.deregistrationDelaySeconds?.toString() ?? null,
          }),
          planned('aws_ecs_task_definition', 'web', {
            container_definitions: JSON.stringify([containerOf(shop)]),
          }),
          planned('aws_ecs_service', 'web', {
            launch_type: 'FARGATE',
            load_balancer: [{ container_name: 'web', container_port: shop.port }],
          }),
        ],
      },
    },
    configuration: {
      root_module: {
        resources: [
          configured('aws_lb_listener', 'http', {
            load_balancer_arn: to('aws_lb.shop.arn', 'aws_lb.shop'),
            default_action: [
              { target_group_arn: to('aws_lb_target_group.web.arn', 'aws_lb_target_group.web') },
            ],
          }),
          configured('aws_ecs_service', 'web', {
            task_definition: to('aws_ecs_task_definition.web.arn', 'aws_ecs_task_definition.web'),
            load_balancer: [
              { target_group_arn: to('aws_lb_target_group.web.arn', 'aws_lb_target_group.web') },
            ],
          }),
        ],
      },
    },
  };
}

const hcl = (shop: Shop): string => `
resource "aws_lb" "shop" {
  load_balancer_type = "application"
${hclLine('idle_timeout', shop.idleTimeoutSeconds)}}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group" "web" {
  target_type = "ip"
  protocol    = "HTTP"
  port        = ${shop.port}
${hclLine('deregistration_delay', shop.deregistrationDelaySeconds)}}

resource "aws_ecs_task_definition" "web" {
  family                = "web"
  container_definitions = jsonencode(${JSON.stringify([containerOf(shop)], null, 2)})
}

resource "aws_ecs_service" "web" {
  launch_type     = "FARGATE"
  task_definition = aws_ecs_task_definition.web.arn
  load_balancer {
    container_name   = "web"
    container_port   = ${shop.port}
    target_group_arn = aws_lb_target_group.web.arn
  }
}
`;

const annotated = (name: string, key: string, value: number | null): string =>
  value === null ? '' : `    alb.ingress.kubernetes.io/${name}: ${key}=${value}\n`;

/** A pod has no `stopTimeout`: the grace period stands for it. */
const manifests = (shop: Shop): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
${annotated('load-balancer-attributes', 'idle_timeout.timeout_seconds', shop.idleTimeoutSeconds)}${annotated('target-group-attributes', 'deregistration_delay.timeout_seconds', shop.deregistrationDelaySeconds)}spec:
  ingressClassName: alb
  rules:
    - http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { name: http } } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 80, targetPort: ${shop.port} }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
${shop.stopTimeoutSeconds === null ? '' : `      terminationGracePeriodSeconds: ${shop.stopTimeoutSeconds}\n`}      containers:
        - name: web
          image: ${shop.image}
          args: [gunicorn, 'shop:app', --keep-alive, '65']
          env: [{ name: PORT, value: '${shop.port}' }]
          ports: [{ containerPort: ${shop.port} }]
`;

/** The same infrastructure in every format. */
export const WRITERS: Readonly<Record<string, Written>> = {
  'CloudFormation JSON': (shop) => ({
    'infra/shop.json': JSON.stringify({ Resources: resources(shop, () => ({})) }, null, 2),
  }),
  'CloudFormation YAML': (shop) => ({
    'infra/shop.yaml': shortForm(JSON.stringify({ Resources: resources(shop, () => ({})) }, null, 2)).replace(
      /^\{/,
      '# shop\n{',
    ),
  }),
  CDK: (shop) => ({
    'cdk.out/Shop.template.json': JSON.stringify({
      Resources: resources(shop, (path) => ({ Metadata: { 'aws:cdk:path': path } })),
    }),
  }),
  'Terraform plan': (shop) => ({ 'plan.json': JSON.stringify(plan(shop)) }),
  Terraform: (shop) => ({ 'infra/main.tf': hcl(shop) }),
  Kubernetes: (shop) => ({ 'deploy/web.yaml': manifests(shop) }),
};
