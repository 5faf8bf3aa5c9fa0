import { plainName } from '../alert/fingerprint.ts';
import type { FleetEntry } from '../model/alert.ts';
import { button } from './action.ts';
import { type Html, html } from './html.ts';
import { SHOWN, type Shown } from './shown.ts';
import type { FleetView, WidgetFrame } from './widget-event.ts';

const LABELS: Readonly<Record<Shown, string>> = {
  all: 'with findings',
  critical: 'critical',
  warning: 'warning',
  info: 'info',
  quiet: 'without findings',
};

/** The load balancers whose name, owner or region has the text; upper and lower case are the same. */
export function matching(
  fleet: readonly FleetEntry[],
  { text }: WidgetFrame['filter'],
): readonly FleetEntry[] {
  const wanted = text.toLowerCase();
  return wanted === ''
    ? fleet
    : fleet.filter(({ loadBalancerArn, owner, region, verdict }) =>
        [plainName(loadBalancerArn), owner ?? '', region, verdict ?? ''].some((word) =>
          word.toLowerCase().includes(wanted),
        ),
      );
}

/** A form whose values CloudWatch hands to the function with every click and refresh (`widgetContext.forms.all`). */
export function filterForm({ text, shown }: WidgetFrame['filter'], endpoint: string): Html {
  const options = SHOWN.map((value) =>
    value === shown
      ? html`<option value="${value}" selected="selected">${LABELS[value]}</option>`
      : html`<option value="${value}">${LABELS[value]}</option>`,
  );
  const view: FleetView = { view: 'fleet', page: 0 };
  const apply = button('Filter', 'p', endpoint, { request: view, display: 'widget', confirmation: null });
  return html`<form class="f"><input name="filter" value="${text}" size="18" aria-label="Name, owner, region or cause" placeholder="name, owner, region"/>
    <select name="shown" aria-label="Which load balancers">${options}</select></form><span class="f">${apply}</span>`;
}
