import {
  type CheckedServer,
  type FileFacts,
  type FileReader,
  type FilesBeside,
  NO_FACTS,
} from '../../model.ts';
import { attributeOf } from '../cloudformation/template.ts';
import { DEFAULT_IDLE_TIMEOUT_SECONDS, secondsSetting } from '../setting.ts';
import { at, itemsOf, textOf, type Value } from '../value.ts';
import { isMapValue, yamlDocuments } from '../yaml-value.ts';
import { type ApacheText, apacheServers } from './apache.ts';
import { NGINX_FILES } from './nginx.ts';
import { folderOf, within } from './program-folder.ts';

const CONFIG = /(?:^|\/)\.ebextensions\/[^/]+\.config$/;
/** Longer files are not written by hand. */
const LONGEST_FILE = 500_000;

/** A file that a configuration file writes on the instances. */
interface Written {
  /** Where it is written: `/etc/httpd/conf.d/keepalive.conf`. */
  readonly target: string;
  /** Its text, with so many empty lines before it that lines count as in the configuration file. */
  readonly text: string;
  readonly path: string;
}

const HEREDOC =
  /(?:>|\btee\s+(?:-a\s+)?)\s*["']?(\/[\w./-]+)["']?[^\n]*<<-?\s*["']?(\w+)["']?[^\n]*\n|<<-?\s*["']?(\w+)["']?\s*>\s*["']?(\/[\w./-]+)["']?[^\n]*\n/g;

/** Files that a script writes with a heredoc: `cat > /etc/nginx/conf.d/x.conf <<EOF`. */
function heredocsIn(text: string, path: string): readonly Written[] {
  return [...text.matchAll(HEREDOC)].slice(0, 100).flatMap((match) => {
    const target = match[1] ?? match[4] ?? '';
    const end = match[2] ?? match[3] ?? '';
    const from = match.index + match[0].length;
    const until = text.slice(from).search(new RegExp(`^\\s*${end}\\s*$`, 'm'));
    if (until < 0) return [];
    const lines = text.slice(0, from).split('\n').length - 1;
    return [{ target, path, text: `${'\n'.repeat(lines)}${text.slice(from, from + until)}` }];
  });
}

/** The entries of `files`, and what scripts write. */
function writtenBy(path: string, text: string, root: Value | null): readonly Written[] {
  const files = at(root ?? undefined, 'files');
  const own = isMapValue(files)
    ? [...files.entries].flatMap(([target, file]): Written[] => {
        const content = at(file, 'content');
        const body = textOf(content);
        // A block scalar begins on the line after its key.
        return body === null || content === undefined
          ? []
          : [{ target, path, text: `${'\n'.repeat(content.place.line)}${body}` }];
      })
    : [];
  return [...own, ...heredocsIn(text, path)];
}

const isApacheTarget = (target: string): boolean =>
  /^\/etc\/(?:httpd|apache2)\//.test(target) && /\.conf$|\/(?:sites|conf)-/.test(target);
const isNginxTarget = (target: string): boolean => /nginx\/.*\.conf$|\/nginx\.conf$/.test(target);

/** All configuration files of one `.ebextensions`, parsed. */
function configsIn(
  folder: string,
  beside: FilesBeside,
): readonly { path: string; text: string; root: Value | null }[] {
  return beside.paths
    .filter((path) => CONFIG.test(path) && folderOf(path) === folder)
    .flatMap((path) => {
      const text = beside.text(path);
      if (text === null || text.length > LONGEST_FILE) return [];
      const [document] = yamlDocuments(path, text);
      return [{ path, text, root: document?.value ?? null }];
    });
}

/** An option, in the form of a map by namespace and in that of a list. */
function optionOf(root: Value | null, namespace: string, name: string): Value | undefined {
  const settings = at(root ?? undefined, 'option_settings');
  if (isMapValue(settings)) return at(settings, namespace, name);
  const item = itemsOf(settings).find(
    (one) =>
      textOf(at(one, 'option_name')) === name && (textOf(at(one, 'namespace')) ?? namespace) === namespace,
  );
  return at(item, 'value');
}

/** Whether a file says that the environment has an Application Load Balancer, or sets something of it. */
function speaksOfLoadBalancer(root: Value | null): Value | undefined {
  const resource = at(root ?? undefined, 'Resources', 'AWSEBV2LoadBalancer');
  const type = optionOf(root, 'aws:elasticbeanstalk:environment', 'LoadBalancerType');
  const idle = optionOf(root, 'aws:elbv2:loadbalancer', 'IdleTimeout');
  return idle ?? resource ?? (textOf(type) === 'application' ? type : undefined);
}

/**
 * The load balancer of the environment. Option `IdleTimeout` of `aws:elbv2:loadbalancer`, or the attributes of the resource:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html
 */
function loadBalancersIn(folder: string, configs: ReturnType<typeof configsIn>): FileFacts['loadBalancers'] {
  const saying = configs.flatMap(({ root }) => {
    const value = speaksOfLoadBalancer(root);
    return value === undefined ? [] : [{ root, value }];
  });
  const [first] = saying;
  if (first === undefined) return [];
  const idle = saying
    .map(
      ({ root }) =>
        optionOf(root, 'aws:elbv2:loadbalancer', 'IdleTimeout') ??
        attributeOf(
          at(root ?? undefined, 'Resources', 'AWSEBV2LoadBalancer', 'Properties', 'LoadBalancerAttributes'),
          'idle_timeout.timeout_seconds',
        ),
    )
    .find((value) => value !== undefined);
  return [
    {
      id: `${folder}#elastic-beanstalk`,
      name: `Elastic Beanstalk environment ${within(folder, '..') ?? '.'}`.replace(/ \.$/, ''),
      format: 'Elastic Beanstalk',
      place: first.value.place,
      idleTimeoutSeconds: secondsSetting(idle, {
        seconds: DEFAULT_IDLE_TIMEOUT_SECONDS,
        place: first.value.place,
      }),
      idleTimeoutAs: 'aws:elbv2:loadbalancer: { IdleTimeout: %s }',
    },
  ];
}

function serversIn(
  folder: string,
  configs: ReturnType<typeof configsIn>,
  beside: FilesBeside,
): readonly CheckedServer[] {
  const written = configs.flatMap(({ path, text, root }) => writtenBy(path, text, root));
  const program = within(folder, '..') ?? '.';
  const apache = written
    .filter(({ target }) => isApacheTarget(target))
    .map(({ path, text }): ApacheText => ({ path, text }));
  const nginx = written
    .filter(({ target }) => isNginxTarget(target))
    .flatMap(({ path, text }) => NGINX_FILES.read({ path, text }, beside)?.servers ?? []);
  return [...apacheServers(apache, program), ...nginx].map((server) => ({ ...server, folder: program }));
}

/**
 * Configuration files of Elastic Beanstalk: the load balancer, and what they write of Apache and nginx. The proxy that the
 * platform brings with it is in no file: that is said.
 */
export const ELASTIC_BEANSTALK: FileReader = {
  reads: 'Elastic Beanstalk configuration (.ebextensions)',
  takes: (path) => CONFIG.test(path),
  read: ({ path }, beside) => {
    const folder = folderOf(path);
    const configs = configsIn(folder, beside);
    // The first speaks for all: what one of them sets holds for the environment.
    if (configs[0]?.path !== path) return null;
    const servers = serversIn(folder, configs, beside);
    const loadBalancers = loadBalancersIn(folder, configs);
    const platform = within(folder, '../.platform/nginx') ?? '.platform/nginx';
    const isSaid = servers.length > 0 || beside.paths.some((one) => one.startsWith(`${platform}/`));
    const unread = isSaid
      ? []
      : [
          {
            place: { file: path, line: 1 },
            what: 'proxy of the Elastic Beanstalk platform',
            why: 'the proxy that the platform puts before the application is in no file here, and was not compared: give its keep-alive by hand',
          },
        ];
    return { ...NO_FACTS, servers, loadBalancers, unread };
  },
};
