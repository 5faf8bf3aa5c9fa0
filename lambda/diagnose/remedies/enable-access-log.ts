import { partitionOf } from '../../model/partition.ts';

/** Whose access log is to be written. */
export interface EnableAccessLogInput {
  readonly loadBalancerArn: string;
  /** Its name, of letters, digits and hyphens. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

/** How to have the access log written, for a person to check and run. */
export interface EnableAccessLogSteps {
  /** Looks whether the log is delivered already. */
  readonly look: string;
  /** In their order; none replaces what is there. */
  readonly commands: readonly string[];
  readonly rollback: readonly string[];
  readonly sideEffects: string;
  /** Where the log is then, as `alb502 logs` takes it. */
  readonly place: string;
}

/**
 * Tells how to switch the access log of a load balancer on. Changes nothing itself.
 *
 * Through a delivery to CloudWatch Logs: it needs no bucket and no bucket policy, and AWS writes the resource policy of
 * the log group itself (AWS, "Logs sent to CloudWatch Logs"); log groups whose names begin with `/aws/vendedlogs/` do
 * not run into that policy's limit of size. The group has a name of its own: the retention of one that is there already
 * would be cut, and the way back would delete it. Price: vended logs, 0.50 USD a GB in us-east-1 (CloudWatch pricing).
 */
export function enableAccessLog({
  loadBalancerArn,
  name,
  account,
  region,
}: EnableAccessLogInput): EnableAccessLogSteps {
  const group = `/aws/vendedlogs/alb/alb502-${name}`;
  const source = `alb502-${name}`;
  const partition = partitionOf(region);
  const logs = (command: string) => `aws logs ${command} --region ${region}`;
  const groupArn = `arn:${partition}:logs:${region}:${account}:log-group:${group}`;
  const destinationArn = `arn:${partition}:logs:${region}:${account}:delivery-destination:${source}`;
  return {
    look: logs(
      `describe-delivery-sources --query 'deliverySources[?contains(resourceArns, \`"${loadBalancerArn}"\`)]'`,
    ),
    commands: [
      logs(`create-log-group --log-group-name ${group}`),
      logs(`put-retention-policy --log-group-name ${group} --retention-in-days 7`),
      logs(
        `put-delivery-source --name ${source} --resource-arn ${loadBalancerArn} --log-type ALB_ACCESS_LOGS`,
      ),
      logs(
        `put-delivery-destination --name ${source} --output-format json --delivery-destination-configuration destinationResourceArn=${groupArn}`,
      ),
      logs(`create-delivery --delivery-source-name ${source} --delivery-destination-arn ${destinationArn}`),
    ],
    rollback: [
      logs(`describe-deliveries --output text --query 'deliveries[?deliverySourceName==\`"${source}"\`].id'`),
      '# DELIVERY_ID: what the line above prints',
      logs('delete-delivery --id DELIVERY_ID'),
      logs(`delete-delivery-destination --name ${source}`),
      logs(`delete-delivery-source --name ${source}`),
      `${logs(`delete-log-group --log-group-name ${group}`)}   # with everything in it`,
    ],
    sideEffects:
      'CloudWatch Logs charges for what is delivered to it (vended logs, 0.50 USD a GB in us-east-1; about 1 kB a request). ' +
      'With much traffic, delivery to S3 costs half of that: give the ARN of a bucket as destinationResourceArn. ' +
      'A load balancer has one delivery source for each kind of log: if there is one, create only the delivery.',
    place: `cloudwatch://${group}`,
  };
}
