// One cold start: imports a bundle and invokes it once, and prints in milliseconds how long each took and how long it is
// since the process began.
const [bundle, event = '{}'] = process.argv.slice(2);
const begun = performance.now();
const { handler } = await import(bundle);
const imported = performance.now();
let failure = '';
try {
  await handler(JSON.parse(event), {
    functionName: 'cold',
    awsRequestId: 'r',
    getRemainingTimeInMillis: () => 100_000,
  });
} catch (error) {
  failure = String(error);
}
const invoked = performance.now();
process.stdout.write(
  `\n${imported - begun} ${invoked - imported} ${invoked} ${process.memoryUsage().rss} ${failure}\n`,
  () => process.exit(0),
);
