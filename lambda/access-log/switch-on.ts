import { partitionOf } from '../model/partition.ts';

/** Whose access log is to be written, and where to. */
export interface SwitchOnInput {
  readonly loadBalancerArn: string;
  readonly account: string;
  readonly region: string;
  /** A bucket in the load balancer's own region; a placeholder where none is known. */
  readonly bucket: string;
  /** Without a slash at its end; empty where there is none. It may not contain `AWSLogs`. */
  readonly prefix: string;
}

/** How to have the access log written, for a person to check and run. */
export interface SwitchOn {
  /** JSON of a bucket policy with the one statement that the log needs. */
  readonly bucketPolicy: string;
  /** Looks whether the log is delivered elsewhere already. */
  readonly look: string;
  /** Policy first, then the load balancer, which tests at once whether it may write. */
  readonly commands: readonly string[];
  readonly rollback: readonly string[];
  readonly sideEffects: string;
}

const PLACEHOLDER = 'BUCKET';

/**
 * The policy names one service principal for all regions; the account numbers per region, which older guides list,
 * still work where they are in place (ELB user guide, "Enable access logs for your Application Load Balancer").
 */
function bucketPolicy({ account, region, bucket, prefix }: SwitchOnInput): string {
  const partition = partitionOf(region);
  const folder = prefix === '' ? '' : `${prefix}/`;
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AlbAccessLogs',
        Effect: 'Allow',
        Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:${partition}:s3:::${bucket}/${folder}AWSLogs/${account}/*`,
        Condition: {
          ArnLike: {
            'aws:SourceArn': `arn:${partition}:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
          },
        },
      },
    ],
  };
  return JSON.stringify(policy);
}

/** Tells how to switch the access log of a load balancer on. Changes nothing itself. */
export function switchOnAccessLogs(input: SwitchOnInput): SwitchOn {
  const bucket = input.bucket === '' ? PLACEHOLDER : input.bucket;
  const modify = `aws elbv2 modify-load-balancer-attributes --region ${input.region} --load-balancer-arn ${input.loadBalancerArn} --attributes`;
  const prefix = input.prefix === '' ? '' : ` Key=access_logs.s3.prefix,Value=${input.prefix}`;
  const policy = bucketPolicy({ ...input, bucket });
  return {
    bucketPolicy: policy,
    look: `aws logs describe-delivery-sources --region ${input.region}`,
    commands: [
      `aws s3api put-bucket-policy --bucket ${bucket} --policy '${policy}'`,
      `${modify} Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=${bucket}${prefix}`,
    ],
    rollback: [`${modify} Key=access_logs.s3.enabled,Value=false`],
    sideEffects:
      'put-bucket-policy replaces the policy that the bucket has: where it has one, add the statement to it. ' +
      'The bucket must be in the region of the load balancer and use SSE-S3; it stores and bills the log. ' +
      '"Disabled" need not mean that there is no log: it may be delivered as vended logs to CloudWatch Logs, S3 or Firehose.',
  };
}
