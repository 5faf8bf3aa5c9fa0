import { describe, expect, test } from 'vitest';
import { wholeCheck } from '../whole-check.ts';
import { type Files, factsOf, summaries } from './reading.ts';

const FRAGMENT = 'Alias /static /srv/static\n<Directory /srv/static>\n  Require all granted\n</Directory>\n';
const HOST = '<VirtualHost *:80>\n  DocumentRoot /srv\n</VirtualHost>\n';

describe('parts of Apache configuration', () => {
  test.each<readonly [string, Files, readonly string[]]>([
    [
      'keep the default where no part sets anything',
      { 'web.conf': FRAGMENT },
      ['apache 5 default web.conf:1'],
    ],
    [
      'are one server, however many they are',
      { 'a.conf': FRAGMENT, 'b.conf': FRAGMENT },
      ['apache 5 default a.conf:1'],
    ],
    [
      'have what another part of the program sets',
      { 'web.conf': FRAGMENT, 'conf.d/keepalive.conf': 'KeepAliveTimeout 70\n' },
      ['apache 70 set conf.d/keepalive.conf:1'],
    ],
    [
      'and so has a virtual host',
      { 'site.conf': HOST, 'conf.d/keepalive.conf': '\nKeepAliveTimeout 70\n' },
      ['apache 70 set conf.d/keepalive.conf:2'],
    ],
    [
      'but not what a part of another program sets',
      {
        'shop/Dockerfile': 'FROM debian\n',
        'shop/site.conf': HOST,
        'admin/Dockerfile': 'FROM debian\n',
        'admin/keepalive.conf': 'KeepAliveTimeout 70\n',
      },
      ['apache 70 set admin/keepalive.conf:1', 'apache 5 default shop/site.conf:1'],
    ],
  ])('%s', (_name, files, expected) => {
    expect(summaries({ 'requirements.txt': 'mod_wsgi\n', ...files })).toEqual(expected);
  });

  test('a default of a part is no more than a suspicion', () => {
    const found = (files: Files) => wholeCheck(files).findings.map(({ severity }) => severity);
    expect(found({ 'web.conf': FRAGMENT })).toEqual(['warning']);
    expect(found({ 'web.conf': HOST })).toEqual(['error']);
  });
});

describe('Elastic Beanstalk', () => {
  const written = (target: string, text: string): string =>
    `files:\n  "${target}":\n    mode: "000644"\n    content: |\n${text.replaceAll(/^(?=.)/gm, '      ')}`;
  const options = (lines: string): string => `option_settings:\n${lines}`;

  test.each<readonly [string, Files, readonly string[]]>([
    [
      'a file of Apache that it writes',
      {
        '.ebextensions/01.config': written(
          '/etc/httpd/conf.d/keepalive.conf',
          'KeepAlive On\nKeepAliveTimeout 70\n',
        ),
      },
      ['apache 70 set .ebextensions/01.config:6'],
    ],
    [
      'what one file sets holds for what another writes',
      {
        '.ebextensions/01.config': written('/etc/httpd/conf.d/log.conf', 'CustomLog logs/access combined\n'),
        '.ebextensions/02.config': written('/etc/httpd/conf.d/keepalive.conf', 'KeepAlive Off\n'),
      },
      ['apache each-response .ebextensions/02.config:5'],
    ],
    [
      'a file of nginx that it writes',
      {
        '.ebextensions/01.config': written(
          '/etc/nginx/conf.d/proxy.conf',
          'keepalive_timeout 70s;\nserver {\n  listen 8080;\n}\n',
        ),
      },
      ['nginx 70 set .ebextensions/01.config:5'],
    ],
    [
      'a file that a command writes',
      {
        '.ebextensions/01.config':
          'container_commands:\n  01_idle:\n    command: |\n      cat > /etc/httpd/conf.d/idle.conf <<EOF\n      KeepAliveTimeout 70\n      EOF\n',
      },
      ['apache 70 set .ebextensions/01.config:5'],
    ],
  ])('%s', (_name, files, expected) => {
    expect(summaries(files)).toEqual(expected);
  });

  const balancers = (config: string) =>
    wholeCheck({ '.ebextensions/lb.config': config }, null).facts.loadBalancers.map(
      ({ idleTimeoutSeconds: idle }) =>
        idle.state === 'unknown' ? idle.state : `${idle.value} ${idle.state} ${idle.place.line}`,
    );
  test.each<readonly [string, string, readonly string[]]>([
    ['by namespace', options('  aws:elbv2:loadbalancer:\n    IdleTimeout: 300\n'), ['300 set 3']],
    [
      'as a list',
      options('  - namespace: aws:elbv2:loadbalancer\n    option_name: IdleTimeout\n    value: 300\n'),
      ['300 set 4'],
    ],
    [
      'as a resource',
      'Resources:\n  AWSEBV2LoadBalancer:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      LoadBalancerAttributes:\n        - Key: idle_timeout.timeout_seconds\n          Value: "90"\n',
      ['90 set 7'],
    ],
    [
      'by default',
      options('  aws:elasticbeanstalk:environment:\n    LoadBalancerType: application\n'),
      ['60 default 3'],
    ],
    [
      'but none of another kind',
      options('  aws:elasticbeanstalk:environment:\n    LoadBalancerType: network\n'),
      [],
    ],
  ])('has a load balancer whose idle timeout is set %s', (_name, config, expected) => {
    expect(balancers(config)).toEqual(expected);
  });

  test('the proxy of its platform is not passed over in silence', () => {
    const config = { '.ebextensions/a.config': options('  aws:autoscaling:asg:\n    MinSize: 2\n') };
    expect(factsOf(config).unread).toMatchObject([{ what: 'proxy of the Elastic Beanstalk platform' }]);
    const nginx = { ...config, '.platform/nginx/conf.d/idle.conf': 'keepalive_timeout 70s;\n' };
    expect(factsOf(nginx).unread).toEqual([]);
    expect(summaries(nginx)).toEqual(['nginx 70 set .platform/nginx/conf.d/idle.conf:1']);
  });
});
