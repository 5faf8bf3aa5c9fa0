import { expect, test } from 'vitest';
import type { Gap } from '../../lambda/model/evidence.ts';
import type { Container } from '../../lambda/model/workload.ts';
import {
  imagesOnDemand,
  type ReadImage,
  withImageConfigurations,
} from '../../lambda/observe/image-configurations.ts';
import { container, service } from '../advice/workload/services.ts';
import { bundleWith } from '../diagnose/bundle.ts';

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

const groupsOf = (...containers: readonly Container[]) =>
  bundleWith().targetGroups.map((group) => ({ ...group, workload: { ecsService: service(...containers) } }));

test('the container with the port gets the configuration of its image, and no other is asked for', async () => {
  const { asked, read } = reader({ state: 'known', value: CONFIGURATION });
  const sidecar = container({ name: 'sidecar', image: 'datadog/agent:7', servesTargetGroup: false });
  const { targetGroups, gaps } = await withImageConfigurations(groupsOf(container(), sidecar), read);
  const containers = targetGroups[0]?.workload?.ecsService?.containers ?? [];
  expect(containers.map((one) => one.imageConfiguration)).toEqual([CONFIGURATION, undefined]);
  expect([asked, gaps]).toEqual([[IMAGE], []]);
});

test('an image without a say is not read', async () => {
  const { asked, read } = reader({ state: 'known', value: CONFIGURATION });
  await withImageConfigurations(groupsOf(container({ entryPoint: ['/app'] })), read);
  await withImageConfigurations(bundleWith().targetGroups, read);
  expect(asked).toEqual([]);
});

test('what may not be read is a gap, and the workload stays as it is', async () => {
  const { read } = reader({ state: 'unknown', gap: GAP });
  const groups = groupsOf(container());
  expect(await withImageConfigurations(groups, read)).toEqual({ targetGroups: groups, gaps: [GAP] });
});

test('other registries are not asked', async () => {
  expect(await imagesOnDemand()('nginx:1.27')).toBeNull();
});
