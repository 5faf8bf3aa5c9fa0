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
  /** JSON of the statement that the bucket's policy needs. */
  readonly bucketPolicy: string;
  readonly commands: readonly string[];
  readonly rollback: readonly string[];
  readonly notes: readonly string[];
}

const PLACEHOLDER = 'BUCKET';

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

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
  return JSON.stringify(policy, null, 2);
}

/** Tells how to switch the access log of a load balancer on. Changes nothing itself. */
export function switchOnAccessLogs(input: SwitchOnInput): SwitchOn {
  const bucket = input.bucket === '' ? PLACEHOLDER : input.bucket;
  const modify = `aws elbv2 modify-load-balancer-attributes --region ${input.region} --load-balancer-arn ${input.loadBalancerArn} --attributes`;
  const prefix = input.prefix === '' ? '' : ` Key=access_logs.s3.prefix,Value=${input.prefix}`;
  return {
    bucketPolicy: bucketPolicy({ ...input, bucket }),
    commands: [
      `aws s3api get-bucket-policy --bucket ${bucket} --query Policy --output text   # add the statement to what is there`,
      `aws s3api put-bucket-policy --bucket ${bucket} --policy file://policy.json`,
      `${modify} Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=${bucket}${prefix}`,
    ],
    rollback: [`${modify} Key=access_logs.s3.enabled,Value=false`],
    notes: [
      'The bucket must be in the region of the load balancer and encrypted with SSE-S3; SSE-KMS is not supported.',
      'put-bucket-policy replaces the whole policy: keep the statements that are there.',
      'Objects arrive every five minutes per load balancer node; they cost S3 storage and requests.',
      `"Disabled" need not mean that there are none: logs may be delivered as vended logs to CloudWatch Logs, S3 or Firehose. Look with: aws logs describe-delivery-sources --region ${input.region}`,
    ],
  };
}
