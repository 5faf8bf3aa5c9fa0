// Hosts one bundle in a process of its own, as a warm Lambda environment does: events come over IPC, one at a time.
const [bundle, functionName] = process.argv.slice(2);
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
const { handler } = await import(bundle);
process.on('message', async ({ event }) => {
  if (event === undefined) return;
  let answer;
  try {
    answer = { result: await handler(event, context) };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  const { rss } = process.memoryUsage();
  process.send({ ...answer, rss, cpuMs: process.cpuUsage().user / 1000 });
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
