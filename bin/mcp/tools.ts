import { checkTool } from './check-tool.ts';
import { diagnoseTool, scanTool } from './diagnosis-tools.ts';
import { incidentListTool, incidentShowTool } from './incident-tools.ts';
import { logsTool } from './logs-tool.ts';
import type { Tool } from './tool.ts';

/** Every tool, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  scanTool,
  diagnoseTool,
  logsTool,
  incidentListTool,
  incidentShowTool,
  checkTool,
];
