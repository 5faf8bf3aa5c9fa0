import { type FileReader, NO_FACTS } from '../../model.ts';

const isTemplate = (path: string): boolean =>
  /(?:^|\/)cdk\.out\/(?:[^/]+\/)*[^/]+\.template\.json$/.test(path);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** What a source of the CDK has that makes load balancers. */
const BALANCING = /aws[-_]elasticloadbalancingv2|aws[-_]ecs[-_]patterns/;

const SOURCE = /\.(?:[cm]?[jt]s|py|java|cs|go)$/;

const NOT_ITS_OWN =
  /(?:^|\/)(?:tests?|__[a-z0-9]+__|node_modules|dist|cdk\.out)\/|\.(?:test|spec|d)\.[cm]?[jt]s$/;

/** Apps of the CDK whose output is not there: their load balancers are unknown, which is said once for each. */
export const CDK_APPS: FileReader = {
  reads: 'CDK apps (their output, cdk.out)',
  takes: (path) => /(?:^|\/)cdk\.json$/.test(path) || (SOURCE.test(path) && !NOT_ITS_OWN.test(path)),
  read: ({ path, text }, beside) => {
    if (beside.paths.some(isTemplate)) return null;
    const app = beside.paths.filter((one) => /(?:^|\/)cdk\.json$/.test(one));
    const isApp = app.includes(path);
    const around = app.some((one) => path.startsWith(folderOf(one)));
    const match = isApp ? null : BALANCING.exec(text);
    if (!isApp && (around || match === null)) return null;
    const line = match === null ? 1 : text.slice(0, match.index).split('\n').length;
    return {
      ...NO_FACTS,
      unread: [
        {
          place: { file: path, line },
          what: isApp ? 'CDK app' : 'load balancers in the source of a CDK app',
          why: 'its load balancers are read from what it synthesizes, and there is no cdk.out: cdk synth, and check again; or give --idle-timeout',
        },
      ],
    };
  },
};
