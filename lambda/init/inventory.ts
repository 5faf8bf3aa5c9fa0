/** The settings that an account is looked at for. */
export type FoundKey = 'regions' | 'accessLogBuckets' | 'accessLogGroups' | 'backendLogGroups' | 'probe';

/** A load balancer's access log, or its health-check log, and where it goes. */
export interface LogPlace {
  /** Name of the load balancer. */
  readonly loadBalancer: string;
  readonly log: 'access log' | 'health-check log';
  /** `elsewhere`: where the monitor cannot read it. */
  readonly kind: 'bucket' | 'log-group' | 'elsewhere';
  /** Of the bucket or log group, or of what it is delivered to. */
  readonly arn: string;
}

/** A log group that the containers of an ECS service behind a load balancer log to. */
export interface ServiceLog {
  readonly arn: string;
  /** `cluster/service`. */
  readonly service: string;
  readonly containerName: string;
  readonly targetGroupArn: string;
}

/** A region that has load balancers. */
export interface RegionInventory {
  readonly region: string;
  /** Names of the application load balancers. */
  readonly loadBalancers: readonly string[];
  readonly logs: readonly LogPlace[];
  readonly serviceLogs: readonly ServiceLog[];
}

/** Where a probe function could stand, or why nowhere. */
export interface ProbePlace {
  readonly region: string;
  readonly vpcId: string;
  /** One for each zone, those from which AWS can be reached. */
  readonly subnets: readonly { readonly id: string; readonly zone: string; readonly reach: string }[];
  /** Of the load balancers of the VPC: what targets let in. */
  readonly securityGroupIds: readonly string[];
  /** Subnets of the VPC that do not do, each with what is missing. */
  readonly unsuited: readonly string[];
}

/** Something that could not be read. */
export interface NotRead {
  /** The setting whose entry is left out, or not whole, for want of it. */
  readonly key: FoundKey;
  readonly region: string;
  /** The IAM action; null where it was no call that failed. */
  readonly action: string | null;
  readonly reason: string;
}

/** What a look at an account found. */
export interface Inventory {
  readonly account: string;
  /** Those with load balancers, by name. */
  readonly regions: readonly RegionInventory[];
  /** Looked at, without a load balancer. */
  readonly emptyRegions: readonly string[];
  /** null: not looked for, or not read. */
  readonly probe: ProbePlace | null;
  readonly notRead: readonly NotRead[];
}
