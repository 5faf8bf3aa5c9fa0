import * as z from 'zod';
import { type Diagnosis, SEVERITIES, type Severity } from '../../lambda/model/diagnosis.ts';
import { type DiagnosisReport, worstFirst } from '../diagnosis-report.ts';
import { checkLocalPaths } from './local-paths.ts';
import { DIAGNOSIS, FILES, objects, ofProfile, paths, profile, version } from './parameters.ts';
import { type ToolAnswer, tool } from './tool.ts';

const minSeverity = z
  .enum(['info', 'warning', 'critical'])
  .optional()
  .describe('give only diagnoses that are at least this severe');

const diagnosesOutput = z.looseObject({
  version,
  diagnoses: objects.describe('one for each load balancer, the worst first'),
  skipped: objects.describe('what could not be looked at, and why'),
});

/** `alb502 scan`. */
export const scanTool = tool({
  name: 'scan',
  title: 'Scan load balancers',
  description: `Looks at the Application Load Balancers of an AWS account and says why they answer 502, or will. Takes seconds for one load balancer and minutes for hundreds. ${DIAGNOSIS}`,
  input: z.strictObject({
    loadBalancers: z.array(z.string().min(1)).max(100).default([]).describe('names or ARNs (default: all)'),
    regions: z
      .array(z.string().min(1))
      .max(50)
      .default([])
      .describe('default: the region of the credentials'),
    allRegions: z.boolean().default(false).describe('every region that is enabled for the account'),
    sinceMinutes: z.int().min(5).max(21_600).default(180).describe('how far to look back'),
    accessLogs: z.boolean().default(false).describe('also read access logs around 502s (more permissions)'),
    backendLogs: z.boolean().default(false).describe("also read the targets' logs that a tag names"),
    images: z.boolean().default(false).describe('also read the configuration of container images'),
    minSeverity,
    profile,
  }),
  output: diagnosesOutput,
  asksAws: true,
  less: 'Ask for less with loadBalancers, regions or minSeverity.',
  run: async (asked, context) => {
    const { scanAccount } = await import('../scan-run.ts');
    const { isCounted } = await import('../unread.ts');
    const { report, bundles, failed } = await scanAccount({
      region: asked.regions,
      loadBalancer: asked.loadBalancers,
      since: asked.sinceMinutes,
      ...(asked.allRegions ? { allRegions: true } : {}),
      ...(asked.accessLogs ? { accessLogs: true } : {}),
      ...(asked.backendLogs ? { backendLogs: true } : {}),
      ...(asked.images ? { images: true } : {}),
      ...ofProfile(asked, context),
      quiet: true,
      signal: context.signal,
    });
    return diagnosesAnswer(report, asked.minSeverity, failed || !isCounted(bundles));
  },
});

/** `alb502 diagnose`. */
export const diagnoseTool = tool({
  name: 'diagnose',
  title: 'Diagnose saved evidence',
  description: `Diagnoses evidence bundles that \`alb502 scan --save\` wrote, offline. ${FILES} ${DIAGNOSIS}`,
  input: z.strictObject({
    bundles: paths('files, or folders of which every .json file is read'),
    probe: z
      .string()
      .min(1)
      .optional()
      .describe('file with what `alb502 probe --json` printed of their targets'),
    minSeverity,
  }),
  output: diagnosesOutput,
  asksAws: false,
  less: 'Ask for less with fewer bundles or minSeverity.',
  run: async ({ bundles: files, probe, minSeverity: least }, { roots }) => {
    checkLocalPaths([...files, ...(probe === undefined ? [] : [probe])], roots);
    const { diagnoseFiles } = await import('../diagnose.ts');
    const { isCounted } = await import('../unread.ts');
    const { report, bundles, strayTargets } = diagnoseFiles(files, probe);
    const answer = diagnosesAnswer(report, least, !isCounted(bundles));
    return { ...answer, notes: [...strayTargets, ...answer.notes] };
  },
});

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** @param isBlind - whether something could not be looked at or counted */
function diagnosesAnswer(report: DiagnosisReport, least: Severity | undefined, isBlind: boolean): ToolAnswer {
  const all = [...report.diagnoses].sort(worstFirst);
  const isWanted = ({ severity }: Diagnosis): boolean => least === undefined || rank(severity) >= rank(least);
  const diagnoses = all.filter(isWanted);
  const less = all.length - diagnoses.length;
  return {
    document: { version: 1, ...report, diagnoses },
    notes: [
      ...(less === 0
        ? []
        : [`${less} of ${all.length} diagnoses are less severe than ${least} and left out.`]),
      ...(isBlind || report.skipped.length > 0
        ? [
            'Not everything could be looked at (see skipped and missingEvidence): what has no finding is no all-clear.',
          ]
        : []),
    ],
    problem: null,
  };
}
