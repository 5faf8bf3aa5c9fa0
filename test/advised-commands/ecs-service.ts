import type { Moto } from '../moto-server.ts';
import { runAws } from './aws.ts';

const REGION = ['--region', 'eu-central-1'];
/** As many as the bundles speak of. */
const REVISIONS = 7;

async function ask(moto: Moto, ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runAws(moto, ['ecs', ...words, ...REGION], '.');
  if (status !== 0) throw new Error(`aws ecs ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** The service that the bundles have behind their groups, with the newest revision of its task definition. */
export async function makeEcsService(moto: Moto): Promise<void> {
  await ask(moto, 'create-cluster', '--cluster-name', 'prod');
  const container = JSON.stringify([{ name: 'web', image: 'shop', memory: 128 }]);
  for (let revision = 0; revision < REVISIONS; revision += 1)
    await ask(moto, 'register-task-definition', '--family', 'shop', '--container-definitions', container);
  await ask(
    moto,
    ...['create-service', '--cluster', 'prod', '--service-name', 'shop', '--desired-count', '1'],
    ...['--task-definition', `shop:${REVISIONS}`],
  );
}

/** The revision that the service runs, and how many tasks; moto names the revision as it was told, AWS by its ARN. */
export async function stateOfEcsService(moto: Moto): Promise<string> {
  const told = await ask(
    moto,
    ...['describe-services', '--cluster', 'prod', '--services', 'shop'],
    ...['--query', 'services[].[taskDefinition,desiredCount]'],
  );
  return told.replaceAll(/arn:[\w:-]*task-definition\//g, '');
}
