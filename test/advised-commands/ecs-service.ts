import type { Moto } from '../moto-server.ts';
import { runAws } from './aws.ts';

const REGION = ['--region', 'eu-central-1'];
/** As many as the bundles speak of. */
const REVISIONS = 42;
/** The services that the bundles have behind their groups, and the revisions that they run. */
const SERVICES = [
  { cluster: 'prod', service: 'shop', revision: 7 },
  { cluster: 'shop', service: 'web', revision: 42 },
] as const;

async function ask(moto: Moto, ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runAws(moto, ['ecs', ...words, ...REGION], '.');
  if (status !== 0) throw new Error(`aws ecs ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Makes the services, with all revisions of their task definition. */
export async function makeEcsServices(moto: Moto): Promise<void> {
  const container = JSON.stringify([{ name: 'web', image: 'shop', memory: 128 }]);
  for (let revision = 0; revision < REVISIONS; revision += 1)
    await ask(moto, 'register-task-definition', '--family', 'shop', '--container-definitions', container);
  for (const { cluster, service, revision } of SERVICES) {
    await ask(moto, 'create-cluster', '--cluster-name', cluster);
    await ask(
      moto,
      ...['create-service', '--cluster', cluster, '--service-name', service, '--desired-count', '1'],
      ...['--task-definition', `shop:${revision}`],
    );
  }
}

/** The revisions that the services run, and how many tasks; moto names a revision as it was told, AWS by its ARN. */
export async function stateOfEcsServices(moto: Moto): Promise<string> {
  const states = await Promise.all(
    SERVICES.map(({ cluster, service }) =>
      ask(
        moto,
        ...['describe-services', '--cluster', cluster, '--services', service],
        ...['--query', 'services[].[taskDefinition,desiredCount]'],
      ),
    ),
  );
  return states.join('\n').replaceAll(/arn:[\w:-]*task-definition\//g, '');
}
