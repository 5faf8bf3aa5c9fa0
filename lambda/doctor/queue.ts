import { readMetricSums } from '../observe/metric-sums.reader.ts';
import { readQueue, readQueueUrl } from '../observe/queue.reader.ts';
import { type Check, counted, hoursBefore, ok, outputOf, problem } from './check.ts';

/** A batch every few seconds: as many that wait are not taken. */
const MANY = 100;

/** Looks are taken off the queue. */
export const queueCheck: Check = {
  id: 'queue',
  title: 'the queue of looks',
  run: async (examined) => {
    const { region, options, now } = examined;
    const url = outputOf(examined, 'InvestigationQueueUrl');
    const queueName = url.split('/').at(-1) ?? '';
    const [{ waiting, inFlight }, [deleted]] = await Promise.all([
      readQueue(url, region, options),
      readMetricSums(
        [{ namespace: 'AWS/SQS', name: 'NumberOfMessagesDeleted', dimensions: { QueueName: queueName } }],
        { region, start: hoursBefore(now, 0.5), end: now.toISOString() },
        options,
      ),
    ]);
    if (waiting >= MANY && (deleted ?? 0) === 0)
      return [
        problem(
          `${waiting} load balancers wait for a look, and none was taken in 30 minutes`,
          'check that the event source mapping of the investigate function is enabled and its concurrency not used up',
        ),
      ];
    return [ok(`waiting for a look: ${counted(waiting, 'load balancer')}; being looked at: ${inFlight}`)];
  },
};

/** No look was given up. */
export const deadLettersCheck: Check = {
  id: 'dead-letters',
  title: 'looks that were given up',
  run: async (examined) => {
    const { region, options } = examined;
    const { deadLetterQueue } = await readQueue(outputOf(examined, 'InvestigationQueueUrl'), region, options);
    if (deadLetterQueue === null)
      return [problem('the queue has no dead-letter queue', 'someone changed it by hand: deploy again')];
    const { waiting } = await readQueue(
      await readQueueUrl(deadLetterQueue, region, options),
      region,
      options,
    );
    return [
      waiting === 0
        ? ok('none')
        : problem(
            `${counted(waiting, 'look')} failed five times in a row`,
            `find out why, then send them back: aws sqs start-message-move-task --source-arn with the ARN of ${deadLetterQueue}`,
          ),
    ];
  },
};
