// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation, Terraform and workflows write it so
import { beforeAll, describe, expect, test } from 'vitest';
import { lineOf, prepareReaders, readAll } from './read.ts';

beforeAll(prepareReaders);

const balancer = (idle: string, rest = ''): string => `resource "aws_lb" "shop" {
  name         = "shop"
  idle_timeout = ${idle}
}
${rest}`;

describe('an idle timeout', () => {
  test.each([
    ['written out', '75', '', { state: 'set', value: 75, written: 'idle_timeout = 75', place: { line: 3 } }],
    ['as text', '"75"', '', { state: 'set', value: 75 }],
    ['null', 'null', '', { state: 'default', value: 60, place: { line: 1 } }],
    [
      'a variable with a default',
      'var.idle',
      'variable "idle" {\n  default = 80\n}\n',
      {
        state: 'set',
        value: 80,
        written: 'default = 80',
        assuming: 'the variable idle keeps its default',
        place: { line: 6 },
      },
    ],
    ['in a template', '"${var.idle}"', 'variable "idle" {\n  default = 80\n}\n', { state: 'set', value: 80 }],
    [
      'a variable without a default',
      'var.idle',
      'variable "idle" {}\n',
      { state: 'unknown', why: 'is the variable idle, which has no default' },
    ],
    ['a local', 'local.idle', 'locals {\n  idle = 90\n}\n', { state: 'set', value: 90, place: { line: 6 } }],
    [
      'a local of a map',
      'local.of["a"].idle',
      'locals {\n  of = { a = { idle = 90 } }\n}\n',
      { state: 'set', value: 90 },
    ],
    ['branches that agree', 'var.is_big ? 90 : 90', '', { state: 'set', value: 90 }],
    [
      'branches that differ',
      'var.is_big ? 90 : 30',
      '',
      { state: 'unknown', why: 'depends on var.is_big: 90 or 30' },
    ],
    ['lookup', 'lookup({ a = 5 }, "b", 7)', '', { state: 'set', value: 7 }],
    ['arithmetic', '60 + 15', '', { state: 'unknown', why: 'is computed: 60 + 15' }],
    [
      'from AWS',
      'data.aws_lb.old.idle_timeout',
      '',
      { state: 'unknown', why: 'is read from AWS: data.aws_lb.old' },
    ],
    ['a local that needs itself', 'local.a', 'locals {\n  a = local.a\n}\n', { state: 'unknown' }],
  ])('%s', (_case, idle, rest, expected) => {
    expect(readAll({ 'main.tf': balancer(idle, rest) }).loadBalancers[0]?.idleTimeoutSeconds).toMatchObject(
      expected,
    );
  });

  test('that a file of variables sets', () => {
    const files = {
      'in/main.tf': balancer('var.idle', 'variable "idle" {\n  default = 80\n}\n'),
      'in/terraform.tfvars': '# shop\nidle = 110\n',
    };
    const [found] = readAll(files).loadBalancers;
    expect(found?.idleTimeoutSeconds).toEqual({
      state: 'set',
      value: 110,
      written: 'idle = 110',
      place: { file: 'in/terraform.tfvars', line: 2 },
    });
    expect(found?.idleTimeoutAs).toBe('idle = %s');
  });

  test('that each call of its module gives', () => {
    const call = (idle: string): string => `module "alb" {\n  source = "../modules/alb"\n${idle}}\n`;
    const files = {
      'live/main.tf': call('  idle = 100\n'),
      'stage/main.tf': call('  idle = 50\n'),
      'test/main.tf': call(''),
      'modules/alb/main.tf': balancer('var.idle', 'variable "idle" {\n  default = 80\n}\n'),
    };
    const found = readAll(files).loadBalancers;
    expect(found.map(({ id, name }) => [id, name])).toEqual(
      ['live', 'stage', 'test'].map((folder) => [
        `modules/alb/main.tf#${folder}/module.alb.aws_lb.shop`,
        'module.alb.aws_lb.shop',
      ]),
    );
    expect(found.map(({ idleTimeoutSeconds }) => idleTimeoutSeconds)).toEqual([
      { state: 'set', value: 100, written: 'idle = 100', place: { file: 'live/main.tf', line: 3 } },
      { state: 'set', value: 50, written: 'idle = 50', place: { file: 'stage/main.tf', line: 3 } },
      { state: 'set', value: 80, written: 'default = 80', place: { file: 'modules/alb/main.tf', line: 6 } },
    ]);
  });
});

describe('container definitions', () => {
  const task = (definitions: string, rest = ''): string =>
    `resource "aws_ecs_task_definition" "web" {\n  container_definitions = ${definitions}\n}\n${rest}`;
  const json = '[{ "name": "web", "image": "${image}", "stopTimeout": ${stop} }]';
  test.each([
    ['jsonencode', { 'main.tf': task('jsonencode([{ name = "web", image = "shop:1", stopTimeout = 90 }])') }],
    [
      'a heredoc',
      {
        'main.tf': task(
          '<<-EOF\n    [{ "name": "web",\n "image": "shop:${var.tag}", "stopTimeout": ${var.stop} }]\n  EOF',
          'variable "stop" {\n  default = 90\n}\nvariable "tag" {\n  default = "1"\n}\n',
        ),
      },
    ],
    [
      'a local',
      {
        'main.tf': task(
          'jsonencode(local.all)',
          'locals {\n  all = [{ name = "web", image = "shop:1", stopTimeout = 90 }]\n}\n',
        ),
      },
    ],
    [
      'a file',
      {
        'main.tf': task('file("${path.module}/task.json")'),
        'task.json': '[{"name":"web","image":"shop:1","stopTimeout":90}]',
      },
    ],
    [
      'a template file',
      {
        'in/main.tf': task('templatefile("${path.module}/t.tpl", { image = "shop:1", stop = 90 })'),
        'in/t.tpl': json,
      },
    ],
    [
      'the old data source of templates',
      {
        'in/main.tf': task(
          'data.template_file.t.rendered',
          'data "template_file" "t" {\n  template = file("${path.module}/t.tpl")\n  vars = {\n    image = "shop:1"\n    stop = 90\n  }\n}\n',
        ),
        'in/t.tpl': json,
      },
    ],
  ])('by %s', (_case, files: Readonly<Record<string, string>>) => {
    const { workloads, unread } = readAll(files);
    expect(unread).toEqual([]);
    expect(workloads[0]?.containers).toMatchObject([
      { name: 'web', image: 'shop:1', stopTimeoutSeconds: { state: 'set', value: 90 } },
    ]);
  });

  test('in a heredoc are at their own lines', () => {
    const text = task('<<EOF\n[\n  {\n    "name": "web",\n    "stopTimeout": 90\n  }\n]\nEOF');
    const [container] = readAll({ 'main.tf': text }).workloads[0]?.containers ?? [];
    expect(container?.stopTimeoutSeconds?.place.line).toBe(lineOf(text, '"stopTimeout"'));
  });

  test('that only the plan knows are said', () => {
    const { workloads, unread } = readAll({ 'main.tf': task('module.container.json') });
    expect(workloads[0]?.containers).toEqual([]);
    expect(unread).toMatchObject([{ what: 'containers of aws_ecs_task_definition.web', place: { line: 2 } }]);
  });
});

describe('modules', () => {
  const alb = (groups: string): string => `module "alb" {
  source       = "terraform-aws-modules/alb/aws"
  version      = "~> 9.0"
  idle_timeout = 75
  target_groups = ${groups}
}
module "web" {
  source = "terraform-aws-modules/ecs/aws//modules/service"
  container_definitions = {
    web = { image = "shop:1", port_mappings = [{ containerPort = 80 }], stop_timeout = 60 }
  }
  load_balancer = {
    service = {
      target_group_arn = KEY
      container_name = "web"
      container_port = 80
    }
  }
}
`;
  test.each([
    [
      'a map',
      '{ web = { target_type = "ip", port = 80, deregistration_delay = 5 } }',
      'module.alb.target_groups["web"].arn',
      'web',
    ],
    [
      'a list',
      '[{ target_type = "ip", backend_port = 80, deregistration_delay = 5 }]',
      'module.alb.target_group_arns[0]',
      '0',
    ],
  ])('that many use are read, with %s of target groups', (_case, groups, arn, key) => {
    const facts = readAll({ 'main.tf': alb(groups).replace('KEY', arn) });
    const group = `main.tf#module.alb.target_groups["${key}"]`;
    expect(facts.loadBalancers).toMatchObject([
      { name: 'module.alb', idleTimeoutSeconds: { value: 75, place: { line: 4 } } },
    ]);
    expect(facts.targetGroups).toMatchObject([
      {
        id: group,
        port: 80,
        deregistrationDelaySeconds: { value: 5 },
        loadBalancers: ['main.tf#module.alb'],
        elsewhere: null,
      },
    ]);
    expect(facts.workloads).toMatchObject([
      {
        behind: [{ targetGroup: group, container: 'web', port: 80 }],
        launchType: 'fargate',
        containers: [{ name: 'web', stopTimeoutSeconds: { value: 60 } }],
      },
    ]);
  });

  test('of elsewhere are said if they are about load balancers or services, and nothing else is', () => {
    const text =
      'module "front" {\n  source = "example.com/team/alb/aws"\n}\nmodule "net" {\n  source = "example.com/team/vpc/aws"\n}\n';
    expect(readAll({ 'main.tf': text }).unread).toMatchObject([{ what: 'module front', place: { line: 1 } }]);
  });

  test('of the repository are joined through their outputs and variables', () => {
    const files = {
      'main.tf': `module "front" {
  source = "./front"
}
module "web" {
  source   = "./web"
  listener = module.front.listener
}
`,
      'front/main.tf': `resource "aws_alb" "this" {}
resource "aws_alb_listener" "this" {
  load_balancer_arn = aws_alb.this.id
}
output "listener" {
  value = aws_alb_listener.this.arn
}
`,
      'web/main.tf': `variable "listener" {}
resource "aws_alb_listener_rule" "this" {
  listener_arn = var.listener
  action {
    type = "forward"
    forward {
      target_group {
        arn = aws_alb_target_group.this[0].arn
      }
    }
  }
}
resource "aws_alb_target_group" "this" {
  count = 1
}
`,
    };
    expect(readAll(files).targetGroups).toMatchObject([
      { loadBalancers: ['front/main.tf#module.front.aws_alb.this'], elsewhere: null },
    ]);
  });
});

test('a dynamic block that may be left out is read as if it stood there', () => {
  const text = `variable "load_balancer" {
  default = { web = { group = "web", container = "app", port = 80 } }
}
resource "aws_lb_target_group" "web" {}
resource "aws_ecs_service" "web" {
  dynamic "load_balancer" {
    for_each = var.load_balancer != null ? var.load_balancer : {}
    content {
      target_group_arn = aws_lb_target_group.web.arn
      container_name   = load_balancer.value.container
      container_port   = load_balancer.value["port"]
    }
  }
}
`;
  expect(readAll({ 'main.tf': text }).workloads).toMatchObject([
    { behind: [{ targetGroup: 'main.tf#aws_lb_target_group.web', container: 'app', port: 80 }] },
  ]);
});

test('a plan is joined through modules and their instances', () => {
  const to = (...references: readonly string[]) => ({ references });
  const plan = {
    planned_values: {
      root_module: {
        resources: [
          { address: 'aws_lb.shop', mode: 'managed', type: 'aws_lb', values: { idle_timeout: 75 } },
        ],
        child_modules: ['a', 'b'].map((key) => ({
          address: `module.web["${key}"]`,
          resources: [
            {
              address: `module.web["${key}"].aws_lb_target_group.this`,
              mode: 'managed',
              type: 'aws_lb_target_group',
              values: { protocol: 'HTTP' },
            },
            {
              address: `module.web["${key}"].aws_lb_listener_rule.this[0]`,
              mode: 'managed',
              type: 'aws_lb_listener_rule',
              values: { action: [{}] },
            },
            {
              address: `module.web["${key}"].aws_ecs_task_definition.this`,
              mode: 'managed',
              type: 'aws_ecs_task_definition',
              values: {},
            },
          ],
        })),
      },
    },
    configuration: {
      root_module: {
        resources: [],
        module_calls: {
          web: {
            expressions: { load_balancer: to('aws_lb.shop.arn', 'aws_lb.shop') },
            module: {
              resources: [
                {
                  address: 'aws_lb_listener_rule.this',
                  expressions: {
                    listener_arn: to('var.load_balancer'),
                    action: [{ target_group_arn: to('aws_lb_target_group.this.arn') }],
                  },
                },
                {
                  address: 'aws_ecs_task_definition.this',
                  expressions: { container_definitions: to('var.image') },
                },
              ],
            },
          },
        },
      },
    },
  };
  const facts = readAll({ 'plan.json': JSON.stringify(plan) });
  const group = (key: string) => `plan.json#module.web["${key}"].aws_lb_target_group.this`;
  expect(facts.targetGroups).toMatchObject([
    { id: group('a'), loadBalancers: ['plan.json#aws_lb.shop'] },
    { id: group('b'), loadBalancers: ['plan.json#aws_lb.shop'] },
  ]);
  expect(facts.unread).toHaveLength(2);
  expect(facts.unread[0]?.why).toBe('they are known after apply only');
});

test('configuration in JSON is said to be unread where it is of load balancers', () => {
  const json = (type: string): string => JSON.stringify({ resource: { [type]: { shop: {} } } }, null, 1);
  expect(
    readAll({ 'main.tf.json': json('aws_lb'), 'dns.tf.json': json('aws_route53_record') }).unread,
  ).toEqual([
    {
      place: { file: 'main.tf.json', line: 3 },
      what: 'Terraform configuration',
      why: 'Terraform configuration in JSON is not read: check the plan instead (terraform show -json PLAN > plan.json)',
    },
  ]);
});
