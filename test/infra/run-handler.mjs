// Runs one invocation of a deployed bundle in a fresh process, as Lambda would: the event comes over IPC, the result
// or the error goes back over it, and whatever the function writes to stdout and stderr is its log. CLOCK_AHEAD_SECONDS puts its clock forward.
const [bundle, functionName] = process.argv.slice(2);

const aheadMs = Number(process.env.CLOCK_AHEAD_SECONDS ?? 0) * 1000;
if (aheadMs !== 0) {
  const Clock = Date;
  globalThis.Date = class extends Clock {
    constructor(...time) {
      super(...(time.length === 0 ? [Clock.now() + aheadMs] : time));
    }
    static now() {
      return Clock.now() + aheadMs;
    }
  };
}

process.once('message', async ({ event }) => {
  const context = {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env.AWS_REGION}:123456789012:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    logGroupName: 'log-group',
    logStreamName: 'log-stream',
    getRemainingTimeInMillis: () => 100_000,
  };
  let answer;
  try {
    const { handler } = await import(bundle);
    answer = { result: await handler(event, context) };
  } catch (error) {
    answer = { error: { name: String(error?.name), message: String(error?.message ?? error) } };
  }
  process.send(answer, () => process.exit(0));
});
