import * as z from 'zod';
import type { FleetEntry } from './model/alert.ts';
import { InputError } from './model/failure.ts';
import { renderFleetTable, renderLoadError } from './widget/fleet-table.ts';

/** What the widget needs from outside. */
export interface WidgetPorts {
  loadFleet(): Promise<readonly FleetEntry[]>;
  /** The viewer sees a sentence; whoever runs the monitor needs the error. */
  logFailure(error: unknown): void;
}

/** CloudWatch sends more (`widgetContext`, parameters of the dashboard); none of it changes the table. */
const widgetEvent = z.object({ describe: z.boolean().optional() });

const DESCRIPTION = `## alb502: load balancers

Shows what alb502 last found out about each Application Load Balancer, worst first: severity, state of the alert,
cause and its probability, 502s, keep-alive against idle timeout, drift from the baseline, since when, and the owner.

It takes no parameters and only reads the monitor's own table.
`;

/**
 * Answers one call of a CloudWatch custom widget.
 *
 * @param event - `{describe: true}` asks for documentation in Markdown; anything else asks for HTML
 * @returns Markdown or HTML; a table that cannot be read becomes an HTML message that says so
 * @throws InputError where the event is no object
 */
export async function answerWidget(event: unknown, ports: WidgetPorts): Promise<string> {
  const parsed = widgetEvent.safeParse(event);
  if (!parsed.success)
    throw new InputError(
      'the event is not one of a CloudWatch custom widget: expected an object such as {"describe":true}',
    );
  if (parsed.data.describe) return DESCRIPTION;
  try {
    return renderFleetTable(await ports.loadFleet());
  } catch (error) {
    ports.logFailure(error);
    return renderLoadError(error instanceof Error ? error.message : String(error));
  }
}
