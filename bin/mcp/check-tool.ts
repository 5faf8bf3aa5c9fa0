import * as z from 'zod';
import { checkLocalPaths } from './local-paths.ts';
import { FILES, paths, version } from './parameters.ts';
import { tool } from './tool.ts';

/** `alb502 check`. */
export const checkTool = tool({
  name: 'check',
  title: 'Check a repository',
  description: `Compares the timeouts that a repository sets on both sides of each path, offline. ${FILES}`,
  input: z.strictObject({
    paths: paths('files and folders to check'),
    idleTimeoutSeconds: z
      .int()
      .min(1)
      .max(4000)
      .optional()
      .describe('idle timeout of a load balancer that is defined elsewhere'),
  }),
  output: z.looseObject({ version }),
  asksAws: false,
  less: 'Ask for less with fewer paths.',
  run: async ({ paths: given, idleTimeoutSeconds = null }, { roots }) => {
    checkLocalPaths(given, roots);
    const { checkFiles, nothingCompared } = await import('../check/check-files.ts');
    const { comparedPaths } = await import('../../check/check-repository.ts');
    const { checkJson } = await import('../../check/report/json.ts');
    const { files, result } = await checkFiles(given, {
      join: undefined,
      idleTimeoutSeconds,
      baseline: null,
      documents: true,
    });
    const problem = comparedPaths(result) === 0 ? nothingCompared(result, given) : null;
    return { document: checkJson(result, files.skipped), notes: [], problem };
  },
});
