import type { CauseRow } from '../cause-row.ts';
import { ownerOfArn } from '../remedies/attribute-change.ts';
import { argument, printable } from '../remedies/command.ts';
import { ownerOfTargets } from '../remedies/owners.ts';

/** One of them is the server's: what is set where, each under a remark. */
const LIMITS = [
  '# nginx, where the path is served; lingering_close stays on, its default:',
  'client_max_body_size 50m;',
  '// Express:',
  "app.use(express.json({ limit: '50mb' }));",
  '# Spring, application.properties:',
  'spring.servlet.multipart.max-request-size=50MB',
  'server.tomcat.max-swallow-size=-1',
  '# Django, settings.py (gunicorn and uvicorn have no limit of their own):',
  'DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024',
];

/** The target answered or closed before it had read the whole request. */
export const requestBodyRefused: CauseRow = {
  id: 'request-body-refused',
  advise: (bundle) => {
    const explanation = bundle.accessLog?.explanations?.find(({ kind }) => kind === 'request-body');
    const path = explanation?.where.path ?? null;
    const where = path === null ? '' : ` (${printable(path)})`;
    const { arn } = bundle.loadBalancer;
    return [
      {
        title: `On the targets: raise the limit of request bodies, or read a body to its end before refusing it${where}`,
        why: 'a server that answers and closes before it has read the whole body resets the connection while the load balancer is still sending, and its answer (413, 401, ...) is lost. Side effect of a larger limit: larger uploads take memory and disk.',
        commands: [...LIMITS],
        rollback: ['# set the limit back to its previous value, then reload'],
        layer: 'target',
        owner: ownerOfTargets(bundle),
      },
      {
        title: 'Or refuse large bodies before they reach the target, with an AWS WAF rule on the body size',
        why: 'a SizeConstraintStatement on Body in the web ACL of the load balancer answers 403, and that answer is not lost. The command shows its web ACL. Side effect: WAF is billed per request.',
        commands: [
          `aws wafv2 get-web-acl-for-resource --region ${argument('REGION', bundle.region)} --resource-arn ${argument('LOAD_BALANCER_ARN', arn)}`,
        ],
        rollback: ['# remove the rule from the web ACL'],
        layer: 'load-balancer',
        owner: ownerOfArn(bundle, arn).kind,
      },
    ];
  },
};
