import * as z from 'zod';
import { DIAGNOSIS, objects, ofProfile, profile, region, version } from './parameters.ts';
import { type ToolContext, tool } from './tool.ts';

/** `alb502 incident list`. */
export const incidentListTool = tool({
  name: 'incident_list',
  title: 'List incidents',
  description: 'The incidents that a deployed alb502 monitor recorded in the last year, the newest first.',
  input: z.strictObject({
    openOnly: z.boolean().default(false).describe('only those that are not over'),
    table: z
      .string()
      .min(1)
      .optional()
      .describe('name of the state table (default: the only one in the region)'),
    region,
    profile,
  }),
  output: z.looseObject({ version, incidents: objects }),
  asksAws: true,
  less: 'Ask for less with openOnly, or for one with incident_show.',
  run: async (asked, context) => {
    const { incidentsOf } = await import('../incident.ts');
    const incidents = await incidentsOf(await openedTable(asked, context), { open: asked.openOnly });
    return { document: { version: 1, incidents }, notes: [], problem: null };
  },
});

/** `alb502 incident show`. */
export const incidentShowTool = tool({
  name: 'incident_show',
  title: 'Show an incident',
  description: `One incident from its first failing minute to the proof that it is over: states with reasons, evidence, changes, silences, notes and attachments. ${DIAGNOSIS}`,
  input: z.strictObject({
    id: z.string().min(1).describe('as incident_list gives it'),
    table: z
      .string()
      .min(1)
      .optional()
      .describe('name of the state table (default: the only one in the region)'),
    region,
    profile,
  }),
  output: z.looseObject({ id: z.string(), loadBalancerArn: z.string() }),
  asksAws: true,
  less: 'What is missing is shown by `alb502 incident show ID`.',
  run: async (asked, context) => {
    const { recordOf } = await import('../incident.ts');
    const document = await recordOf(await openedTable(asked, context), asked.id);
    return { document, notes: [], problem: null };
  },
});

interface TableChoice {
  readonly table?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

async function openedTable(asked: TableChoice, context: ToolContext) {
  const { openStateTable } = await import('../state-table.ts');
  return openStateTable({
    ...(asked.table === undefined ? {} : { table: asked.table }),
    ...(asked.region === undefined ? {} : { region: asked.region }),
    ...ofProfile(asked, context),
  });
}
