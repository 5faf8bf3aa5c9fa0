import { describe, expect, test } from 'vitest';
import { kubernetesOf } from '../../../lambda/observe/kubernetes-tags.ts';

const CLUSTER = { 'elbv2.k8s.aws/cluster': 'prod' };

describe('the tags of the controllers', () => {
  test.each([
    [
      'an Ingress of its own',
      { ...CLUSTER, 'ingress.k8s.aws/stack': 'shop/web', 'ingress.k8s.aws/resource': 'shop/web-cart-svc:80' },
      { cluster: 'prod', kind: 'Ingress', namespace: 'shop', name: 'web', backend: 'cart-svc:80' },
    ],
    [
      'an Ingress in a group, where names with hyphens cannot be told apart',
      { ...CLUSTER, 'ingress.k8s.aws/stack': 'public', 'ingress.k8s.aws/resource': 'shop/web-cart-svc:http' },
      {
        cluster: 'prod',
        kind: 'IngressGroup',
        namespace: null,
        name: 'public',
        backend: 'shop/web-cart-svc:http',
      },
    ],
    [
      'a Service',
      { ...CLUSTER, 'service.k8s.aws/stack': 'shop/cart', 'service.k8s.aws/resource': 'shop/cart:80' },
      { cluster: 'prod', kind: 'Service', namespace: 'shop', name: 'cart', backend: 'shop/cart:80' },
    ],
    [
      'a Gateway',
      {
        ...CLUSTER,
        'gateway.k8s.aws.alb/stack': 'edge/public',
        'gateway.k8s.aws.alb/resource': 'edge/public:shop-cart-route:HTTPRoute-shop-cart:8080',
      },
      { cluster: 'prod', kind: 'Gateway', namespace: 'edge', name: 'public', backend: 'shop-cart:8080' },
    ],
    [
      'EKS Auto Mode',
      {
        'eks:eks-cluster-name': 'prod',
        'ingress.eks.amazonaws.com/stack': 'shop/web',
        'ingress.eks.amazonaws.com/resource': 'shop/web-cart:80',
      },
      { cluster: 'prod', kind: 'Ingress', namespace: 'shop', name: 'web', backend: 'cart:80' },
    ],
    [
      'the controller before version 2',
      { 'ingress.k8s.aws/cluster': 'prod', 'ingress.k8s.aws/stack': 'shop/web' },
      { cluster: 'prod', kind: 'Ingress', namespace: 'shop', name: 'web', backend: null },
    ],
  ])('name %s', (_, tags, expected) => {
    expect(kubernetesOf(tags)).toEqual(expected);
  });

  test.each([
    ['no tags', {}],
    ['a cluster alone, as a TargetGroupBinding may have', CLUSTER],
    ['a stack without a cluster', { 'ingress.k8s.aws/stack': 'shop/web' }],
    ['tags of others', { 'aws:cloudformation:stack-name': 'shop', Name: 'shop/web' }],
  ])('name nothing in %s', (_, tags) => {
    expect(kubernetesOf(tags)).toBeUndefined();
  });
});
