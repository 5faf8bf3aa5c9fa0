import type { CauseRow } from '../cause-row.ts';
import { printable } from '../remedies/command.ts';

export const requestBodyRefused: CauseRow = {
  id: 'request-body-refused',
  advise: (bundle) => {
    const explanation = bundle.accessLog?.explanations?.find(({ kind }) => kind === 'request-body');
    const path = explanation?.where.path ?? null;
    const where = path === null ? '' : ` (${printable(path)})`;
    return [
      {
        title: `On the targets: raise the limit of request bodies, or read a body to its end before refusing it${where}`,
        why: 'a server that answers and closes before it has read the whole body resets the connection while the load balancer still sends, and its answer (413, 401, ...) is lost. Side effect of a larger limit: larger uploads take memory and disk.',
        commands: [
          'nginx: client_max_body_size 50m; and leave lingering_close on, its default',
          'Express: express.json({ limit: "50mb" }); multer: limits.fileSize',
          'Spring: spring.servlet.multipart.max-request-size=50MB, server.tomcat.max-swallow-size=-1',
          'Django: DATA_UPLOAD_MAX_MEMORY_SIZE; gunicorn and uvicorn have no limit of their own',
        ],
        rollback: ['set the limit back to its value of before'],
      },
      {
        title: 'Or refuse large bodies before they reach the target',
        why: 'a rule of AWS WAF on the size of the body answers 403 on the load balancer, where nothing is lost. Side effect: WAF is billed by request.',
        commands: [
          'a web ACL on the load balancer, with a SizeConstraintStatement on Body (AWS WAF developer guide)',
        ],
        rollback: ['remove the rule from the web ACL'],
      },
    ];
  },
};
