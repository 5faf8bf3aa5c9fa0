import * as z from 'zod';
import type { Header } from '../../lambda/http1/header.ts';
import type { TargetGroup as TargetGroupEvidence } from '../../lambda/model/evidence.ts';
import { type Attributes, LAMBDA_GROUP_DEFAULTS } from './attributes.ts';

/** A Lambda-shaped function: gets the load balancer's event, answers with a response object or throws. */
export type LambdaFunction = (event: LambdaEvent) => Promise<unknown>;

/** The event that a function behind a load balancer gets. */
export interface LambdaEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface LambdaTargetGroupOptions {
  readonly name: string;
  readonly handler: LambdaFunction;
  /** The function's configured timeout. */
  readonly timeoutSeconds?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The error reasons that the access log documents for a function, as far as the stand-in meets them. */
export type LambdaErrorReason = 'LambdaUnhandled' | 'LambdaInvalidResponse' | 'LambdaResponseTooLarge';

export type LambdaResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: readonly Header[];
      readonly body: Buffer;
    }
  | { readonly kind: 'error'; readonly reason: LambdaErrorReason };

/** Limit of a function's response (AWS: Lambda functions as targets). */
const MAX_RESPONSE_BYTES = 1024 * 1024;

const responseSchema = z.object({
  statusCode: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** A target group with one function in it. It has no connections, so nothing of it can be idle. */
export class LambdaTargetGroup {
  readonly kind = 'lambda';
  readonly name: string;
  readonly arn: string;
  readonly tags: Record<string, string>;
  readonly timeoutSeconds: number;
  attributes: Attributes = LAMBDA_GROUP_DEFAULTS;
  readonly #handler: LambdaFunction;
  readonly #account: string;
  readonly #region: string;

  constructor(
    options: LambdaTargetGroupOptions,
    place: { readonly arn: string; readonly account: string; readonly region: string },
  ) {
    this.name = options.name;
    this.arn = place.arn;
    this.tags = { ...options.tags };
    this.timeoutSeconds = options.timeoutSeconds ?? 3;
    this.#handler = options.handler;
    this.#account = place.account;
    this.#region = place.region;
  }

  /** Value of the CloudWatch dimension: `targetgroup/NAME/ID`. */
  get dimension(): string {
    return this.arn.slice(this.arn.lastIndexOf(':') + 1);
  }

  /** @param timeoutMs - the function's timeout in real milliseconds */
  async invoke(event: LambdaEvent, timeoutMs: number): Promise<LambdaResult> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await Promise.race([
        this.#handler(event),
        new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error('Task timed out')), timeoutMs);
        }),
      ]);
      return responseOf(answer);
    } catch {
      return { kind: 'error', reason: 'LambdaUnhandled' };
    } finally {
      clearTimeout(timer);
    }
  }

  describe(serving: boolean): TargetGroupEvidence {
    return {
      arn: this.arn,
      name: this.name,
      targetType: 'lambda',
      protocol: null,
      protocolVersion: null,
      port: null,
      attributes: { ...this.attributes },
      tags: { ...this.tags },
      healthCheck: {
        enabled: false,
        protocol: null,
        port: null,
        path: '/',
        intervalSeconds: 35,
        timeoutSeconds: 30,
        healthyThresholdCount: 5,
        unhealthyThresholdCount: 2,
        matcher: '200',
      },
      targets: [
        {
          id: `arn:aws:lambda:${this.#region}:${this.#account}:function:${this.name}`,
          port: null,
          availabilityZone: null,
          state: 'unavailable',
          reason: 'Target.HealthCheckDisabled',
          description: 'Health checks are not enabled for this target',
          anomaly: null,
        },
      ],
      serving,
    };
  }
}

function responseOf(answer: unknown): LambdaResult {
  if (Buffer.byteLength(JSON.stringify(answer) ?? '') > MAX_RESPONSE_BYTES)
    return { kind: 'error', reason: 'LambdaResponseTooLarge' };
  const parsed = responseSchema.safeParse(answer);
  if (!parsed.success) return { kind: 'error', reason: 'LambdaInvalidResponse' };
  const { statusCode, headers = {}, body = '', isBase64Encoded } = parsed.data;
  return {
    kind: 'response',
    status: statusCode,
    headers: Object.entries(headers),
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
