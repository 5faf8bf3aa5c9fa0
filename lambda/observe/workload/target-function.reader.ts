import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { LambdaFunction } from '../../model/workload.ts';
import { attempt, type Reading } from '../aws-failure.ts';
import { isoTime, workloadCall } from './workload-call.ts';

/**
 * The configuration of the Lambda function that is a target: one call. Of its answer the variables are left where they
 * are.
 *
 * @param functionArn - as it is registered, with a version or alias where it has one
 */
export const readTargetFunction = (
  lambda: LambdaClient,
  region: string,
  functionArn: string,
): Promise<Reading<LambdaFunction>> =>
  attempt(
    workloadCall(
      region,
      'lambda:GetFunctionConfiguration',
      'the configuration of the Lambda function',
      functionArn,
    ),
    async () => {
      const answer = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
      return {
        functionArn,
        runtime: answer.Runtime ?? null,
        packageType: answer.PackageType ?? null,
        timeoutSeconds: answer.Timeout ?? null,
        memoryMegabytes: answer.MemorySize ?? null,
        // AWS writes `+0000`, which only some readers take.
        lastModifiedAt: isoTime(
          answer.LastModified === undefined ? undefined : new Date(answer.LastModified),
        ),
        state: answer.State ?? null,
        lastUpdateStatus: answer.LastUpdateStatus ?? null,
      };
    },
  );
