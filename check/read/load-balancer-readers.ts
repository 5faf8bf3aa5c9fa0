import type { FileReader } from '../model.ts';
import { CDK_APPS } from './cloudformation/cdk-app.ts';
import { CLOUDFORMATION_READER } from './cloudformation/reader.ts';
import { TASK_DEFINITION_READER } from './ecs/task-definition.ts';
import { KUBERNETES_READER } from './kubernetes/reader.ts';
import { CONFIGURATION_READER } from './terraform/configuration.ts';
import { JSON_CONFIGURATION_READER } from './terraform/json-configuration.ts';
import { PLAN_READER } from './terraform/plan.ts';

/** Readers of what stands in front of servers and runs them: load balancers, target groups, workloads. */
export const LOAD_BALANCER_READERS: readonly FileReader[] = [
  CLOUDFORMATION_READER,
  CDK_APPS,
  PLAN_READER,
  CONFIGURATION_READER,
  JSON_CONFIGURATION_READER,
  KUBERNETES_READER,
  TASK_DEFINITION_READER,
];
