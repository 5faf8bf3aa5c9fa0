import { type Html, html } from './html.ts';
import type { WidgetRequest } from './widget-event.ts';

export interface Click {
  /** What the widget function is called with. */
  readonly request: WidgetRequest;
  readonly display: 'popup' | 'widget';
  /** Asked before the call; null calls at once. */
  readonly confirmation: string | null;
}

/**
 * A button and what a click on it does. CloudWatch ties a `cwdb-action` to the element right before it and calls the
 * function with the JSON inside, in the name of the viewer.
 *
 * @param endpoint - ARN of the widget function
 */
export function button(label: Html | string, className: string, endpoint: string, click: Click): Html {
  const confirmation = click.confirmation === null ? null : html` confirmation="${click.confirmation}"`;
  const parameters = JSON.stringify(click.request);
  return html`<button type="button" class="${className}">${label}</button>
    <cwdb-action action="call" display="${click.display}" endpoint="${endpoint}"${confirmation}>${parameters}</cwdb-action>`;
}
