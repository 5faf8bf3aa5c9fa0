import * as z from 'zod';
import { isLogFieldName } from '../../lambda/access-log/reading/format/field-name.ts';
import { checkLocalPaths } from './local-paths.ts';
import { FILES, objects, ofProfile, paths, profile, region, version } from './parameters.ts';
import { tool } from './tool.ts';

/** `alb502 logs`. */
export const logsTool = tool({
  name: 'logs',
  title: 'Analyse access logs',
  description: `Reads access logs of Application Load Balancers and says why requests failed with 502, and how long targets keep idle connections. ${FILES} Also reads Amazon S3 and CloudWatch Logs.`,
  input: z.strictObject({
    paths: paths('files, folders, s3://BUCKET/PREFIX or cloudwatch://LOG_GROUP'),
    loadBalancer: z.string().min(1).optional().describe('only this one: NAME or app/NAME/ID'),
    sinceMinutes: z
      .int()
      .min(1)
      .max(576_000)
      .optional()
      .describe('only lines of the last minutes (default: all; of log groups three hours)'),
    fields: z
      .array(z.string().refine(isLogFieldName, 'no field of a log of a load balancer'))
      .min(1)
      .optional()
      .describe('fields of lines without a header, in their order, as AWS names them'),
    idleTimeoutSeconds: z.int().min(1).max(4000).optional().describe('idle timeout of the load balancer'),
    region,
    profile,
  }),
  output: z.looseObject({
    version,
    linesRead: z.number(),
    linesRejected: z.number(),
    loadBalancers: objects,
  }),
  asksAws: true,
  less: 'Ask for less with loadBalancer, sinceMinutes or fewer paths.',
  run: async (asked, context) => {
    checkLocalPaths(
      asked.paths.filter((path) => !/^(?:s3|cloudwatch):\/\//.test(path)),
      context.roots,
    );
    const { readLogs } = await import('../logs/read-logs.ts');
    const { verdictsOf } = await import('../logs/read-summary.ts');
    const { logsDocument } = await import('../logs/json.ts');
    const { reading, problemOfAllClear } = await readLogs(asked.paths, {
      ...(asked.loadBalancer === undefined ? {} : { loadBalancer: asked.loadBalancer }),
      ...(asked.sinceMinutes === undefined ? {} : { since: asked.sinceMinutes }),
      ...(asked.fields === undefined ? {} : { fields: asked.fields }),
      ...(asked.region === undefined ? {} : { region: asked.region }),
      ...ofProfile(asked, context),
      quiet: true,
      signal: context.signal,
    });
    const verdicts = verdictsOf(reading, asked.idleTimeoutSeconds ?? null);
    const found = verdicts.some(({ summary }) => summary.elb502 > 0);
    return {
      document: logsDocument(reading, verdicts),
      notes: [],
      problem: found ? null : problemOfAllClear,
    };
  },
});
