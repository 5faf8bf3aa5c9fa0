/** The functions that the construct deploys. */
export const FUNCTION_NAMES = ['screen', 'investigate', 'widget', 'probe', 'hub'] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** What reading workloads is about; none of it where `readWorkloads` is `false`; images only where `readImages` is `true`. */
export type WorkloadResource =
  | 'any-workload'
  | 'ecs-services'
  | 'ecs-service-deployments'
  | 'ecs-service-revisions'
  | 'ecs-tasks'
  | 'ecs-container-instances'
  | 'lambda-functions'
  | 'ecr-repositories';

/** What a permission is about; the construct knows the ARN of each. */
export type PermissionResource =
  | 'any'
  | 'enabled-regions'
  | 'state-table'
  | 'investigation-queue'
  | 'alert-topic'
  | 'alert-topic-key'
  | 'default-event-bus'
  | 'access-log-buckets'
  | 'access-log-objects'
  | 'access-log-groups'
  | 'backend-log-groups'
  | 'hub-dead-letters'
  | 'state-table-of-widget-actions'
  | 'queue-of-widget-actions'
  | WorkloadResource;

/** Some actions on one kind of resource, and why a function has them. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resource: PermissionResource;
  readonly why: string;
  /** `service`: the call is made by the AWS service in the function's name, not by its code. */
  readonly caller: 'code' | 'service';
}

/** Why an action stands on every resource: its API knows no narrower one. */
export const UNSCOPED_REASON =
  'these actions do not support resource-level permissions, or Lambda demands them so; each is listed by name';
