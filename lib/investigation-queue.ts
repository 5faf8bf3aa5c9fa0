import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { INVESTIGATIONS_AT_ONCE } from '../lambda/env.ts';

const INVESTIGATIONS_PER_BATCH = 10;

export interface InvestigationQueueProps {
  /** How long one batch may take; sets how long a taken message stays hidden. */
  readonly consumerTimeout: Duration;
}

/**
 * The queue between screening and investigating: one message group per load balancer, so that two investigations of
 * the same one never run side by side.
 */
export class InvestigationQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: InvestigationQueueProps) {
    super(scope, id);
    const common = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetterQueue = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      // Six times the function's timeout, as AWS advises for an event source:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: 5 },
    });
  }
}

/** Gives the messages of the queue to a function. Not SqsEventSource: that grants more than the mapping needs. */
export function consumeMessages(scope: Construct, target: IFunction, queueArn: string): void {
  new EventSourceMapping(scope, 'InvestigateMessages', {
    target,
    eventSourceArn: queueArn,
    batchSize: INVESTIGATIONS_PER_BATCH,
    maxConcurrency: INVESTIGATIONS_AT_ONCE,
    reportBatchItemFailures: true,
  });
}
