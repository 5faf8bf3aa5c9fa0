import type { FunctionName, Permission } from './permission.ts';
import { READ_WORKLOADS } from './workload-permissions.ts';

const SCREEN_FLEET: Permission = {
  actions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTargetGroups',
    'cloudwatch:GetMetricData',
  ],
  resource: 'any',
  why: 'find the load balancers with 502s, and those that a changed target group belongs to',
  caller: 'code',
};

const OBSERVE: Permission = {
  actions: [
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeLoadBalancerAttributes',
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetGroupAttributes',
    'elasticloadbalancing:DescribeTargetHealth',
    'cloudwatch:GetMetricData',
    'cloudtrail:LookupEvents',
  ],
  resource: 'any',
  why: 'read the configuration, health, metrics and recent changes of one load balancer',
  caller: 'code',
};

const PUBLISH: readonly Permission[] = [
  {
    actions: ['sns:Publish'],
    resource: 'alert-topic',
    why: 'deliver alerts',
    caller: 'code',
  },
  {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resource: 'alert-topic-key',
    why: 'publish to the encrypted topic',
    caller: 'service',
  },
];

const DELIVER: readonly Permission[] = [
  ...PUBLISH,
  {
    actions: ['events:PutEvents'],
    resource: 'default-event-bus',
    why: 'deliver alerts as events',
    caller: 'code',
  },
];

/** Every permission of every function. A statement whose resource is not configured is left out. */
export const PERMISSIONS: Readonly<Record<FunctionName, readonly Permission[]>> = {
  screen: [
    SCREEN_FLEET,
    {
      actions: ['cloudtrail:DescribeTrails'],
      resource: 'any',
      why: 'check once a day whether a trail records changes',
      caller: 'code',
    },
    {
      actions: ['iam:ListAccountAliases'],
      resource: 'any',
      why: "read the account's alias once a day, for alerts; without it they show the account's number",
      caller: 'code',
    },
    {
      actions: ['ec2:DescribeRegions'],
      resource: 'enabled-regions',
      why: 'find the regions that are enabled, where all are watched',
      caller: 'code',
    },
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      resource: 'state-table',
      why: 'know the open alerts and which configurations are due for a check, and send what waits in the outbox',
      caller: 'code',
    },
    ...DELIVER,
    {
      actions: ['sqs:SendMessage'],
      resource: 'investigation-queue',
      why: 'ask for an investigation',
      caller: 'code',
    },
  ],
  investigate: [
    OBSERVE,
    {
      actions: ['s3:ListBucket'],
      resource: 'access-log-buckets',
      why: 'find the access logs around a 502',
      caller: 'code',
    },
    {
      actions: ['s3:GetObject'],
      resource: 'access-log-objects',
      why: 'read the access logs around a 502',
      caller: 'code',
    },
    {
      actions: [
        'logs:DescribeDeliverySources',
        'logs:DescribeDeliveries',
        'logs:DescribeDeliveryDestinations',
      ],
      resource: 'any',
      why: 'find where the access log of a load balancer with 502s is delivered',
      caller: 'code',
    },
    {
      actions: ['logs:FilterLogEvents'],
      resource: 'access-log-groups',
      why: 'read the access log around a 502 where it is delivered to CloudWatch Logs',
      caller: 'code',
    },
    {
      actions: ['logs:FilterLogEvents'],
      resource: 'backend-log-groups',
      why: 'read the log of a target around a 502',
      caller: 'code',
    },
    ...READ_WORKLOADS,
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
      resource: 'state-table',
      why: 'keep state, baseline, incidents and outbox',
      caller: 'code',
    },
    ...DELIVER,
    {
      actions: ['sqs:ChangeMessageVisibility'],
      resource: 'investigation-queue',
      why: 'retry a failed look soon',
      caller: 'code',
    },
    {
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resource: 'investigation-queue',
      why: 'the event source mapping takes messages in the name of the function',
      caller: 'service',
    },
  ],
  widget: [
    {
      actions: ['dynamodb:GetItem', 'dynamodb:Query'],
      resource: 'state-table',
      why: 'show the fleet and the record of an incident',
      caller: 'code',
    },
    {
      actions: ['cloudwatch:GetMetricData'],
      resource: 'any',
      why: "draw the 502s over the dashboard's time range",
      caller: 'code',
    },
    {
      actions: ['dynamodb:PutItem'],
      resource: 'state-table-of-widget-actions',
      why: 'accept a drift or silence a load balancer',
      caller: 'code',
    },
    {
      actions: ['sqs:SendMessage'],
      resource: 'queue-of-widget-actions',
      why: 'look again after a drift was accepted',
      caller: 'code',
    },
  ],
  probe: [
    {
      actions: [
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
        'ec2:DescribeInstances',
      ],
      resource: 'any',
      why: 'find the registered targets, the only addresses it connects to',
      caller: 'code',
    },
    {
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resource: 'state-table',
      why: 'know which paths failed in open incidents, and keep what was measured',
      caller: 'code',
    },
    {
      // What AWS's own policy AWSLambdaVPCAccessExecutionRole allows beside logs.
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:CreateNetworkInterface',
        'ec2:DeleteNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resource: 'any',
      why: 'attach the function to the VPC',
      caller: 'service',
    },
  ],
  hub: [
    ...PUBLISH,
    {
      actions: ['sqs:SendMessage'],
      resource: 'hub-dead-letters',
      why: 'keep an event that could not be published',
      caller: 'service',
    },
  ],
};
