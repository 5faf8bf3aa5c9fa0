import { expect, test } from 'vitest';
import type { Gap } from '../../lambda/model/evidence.ts';
import type { Container } from '../../lambda/model/workload.ts';
import {
  imagesOnDemand,
  type ReadImage,
  withImageConfigurations,
} from '../../lambda/observe/image-configurations.ts';
import { container, service } from '../advice/workload/services.ts';

const IMAGE = container().image;
const CONFIGURATION = {
  entryPoint: null,
  command: ['node', 'server.js'],
  environment: { NODE_VERSION: '20.11.1' },
};
const GAP: Gap = {
  subject: 'workload',
  what: 'the configuration of image x',
  metrics: [],
  action: 'ecr:BatchGetImage',
  resource: 'shop',
  kind: 'denied',
  reason: 'not allowed to call ecr:BatchGetImage',
};

/** A reader that writes down what it is asked for. */
function reader(answer: Awaited<ReturnType<ReadImage>>): { asked: string[]; read: ReadImage } {
  const asked: string[] = [];
  return {
    asked,
    read: async (image) => {
      asked.push(image);
      return answer;
    },
  };
}

const QUESTION = { region: 'eu-central-1', groups: [], since: '2026-11-20T09:00:00Z', isFailing: false };
const KNOWN: Gap = { ...GAP, what: 'stopped tasks', action: 'ecs:ListTasks' };

/** What is known of the containers of one target group once their images were asked for. */
async function containersOf(read: ReadImage, ...containers: readonly Container[]) {
  const workloads = new Map([['web', { ecsService: service(...containers) }]]);
  const reading = await withImageConfigurations(async () => ({ workloads, gaps: [KNOWN] }), read)(QUESTION);
  return { containers: reading.workloads.get('web')?.ecsService?.containers ?? [], gaps: reading.gaps };
}

test('the container with the port gets the configuration of its image, and no other is asked for', async () => {
  const { asked, read } = reader({ state: 'known', value: CONFIGURATION });
  const sidecar = container({ name: 'sidecar', image: 'datadog/agent:7', servesTargetGroup: false });
  const { containers, gaps } = await containersOf(read, container(), sidecar);
  expect(containers.map((one) => one.imageConfiguration)).toEqual([CONFIGURATION, undefined]);
  expect([asked, gaps]).toEqual([[IMAGE], [KNOWN]]);
});

test('an image without a say is not read', async () => {
  const { asked, read } = reader({ state: 'known', value: CONFIGURATION });
  await containersOf(read, container({ entryPoint: ['/app'] }));
  expect(asked).toEqual([]);
});

test('what may not be read is a gap, and the workload stays as it is', async () => {
  const { read } = reader({ state: 'unknown', gap: GAP });
  expect(await containersOf(read, container())).toEqual({ containers: [container()], gaps: [KNOWN, GAP] });
});

test('other registries are not asked', async () => {
  expect(await imagesOnDemand()('nginx:1.27')).toBeNull();
});
