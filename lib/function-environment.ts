/** Of all variables of a function together: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ENVIRONMENT_LIMIT_BYTES = 4096;

/** What only the deployment knows, such as an ARN or a queue's address, is shorter than this. */
const LONGEST_UNKNOWN = 200;

const UNKNOWN = /\$\{Token\[[^\]]*\]\}/g;

/** What keeps Lambda from taking an environment; empty where nothing does. */
export function environmentProblems(
  functionName: string,
  variables: Readonly<Record<string, string>>,
): string[] {
  const known = Object.entries(variables).map(
    ([name, value]) => [name, value.replace(UNKNOWN, 'x'.repeat(LONGEST_UNKNOWN))] as const,
  );
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
  if (bytes <= ENVIRONMENT_LIMIT_BYTES) return [];
  const longest = known.reduce((left, right) => (right[1].length > left[1].length ? right : left));
  return [
    `the environment of the ${functionName} function is ${bytes} bytes, and Lambda takes ${ENVIRONMENT_LIMIT_BYTES}; shorten ${longest[0]}, which has ${longest[1].length}`,
  ];
}
