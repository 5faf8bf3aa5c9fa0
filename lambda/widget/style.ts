import { Html } from './html.ts';
import type { WidgetFrame } from './widget-event.ts';

type Theme = WidgetFrame['theme'];

/** Colours by use; text on the console's own ground has a contrast of at least 4.5 to 1 in both themes. */
const COLORS: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  light: {
    text: '#16191f',
    soft: '#545b64',
    line: '#d5dbdb',
    link: '#0057a8',
    hover: '#f2f3f3',
    code: '#f2f3f3',
    criticalText: '#fff',
    critical: '#b0180f',
    warningText: '#5c3c00',
    warning: '#ffe8a8',
    infoText: '#00406b',
    info: '#d5ecff',
    keepAlive: '#b0180f',
    gap: '#fbe3e1',
    idle: '#0073bb',
    good: '#1d7a02',
    over: '#e3f5dc',
  },
  dark: {
    text: '#e3e6ea',
    soft: '#aab7c4',
    line: '#414d5c',
    link: '#75b8f5',
    hover: '#232f3e',
    code: '#0f1720',
    criticalText: '#fff',
    critical: '#b3261c',
    warningText: '#ffe08a',
    warning: '#4d3a00',
    infoText: '#bfe1ff',
    info: '#12385a',
    keepAlive: '#ff8a80',
    gap: '#4a1f1d',
    idle: '#58a6e6',
    good: '#8fd675',
    over: '#1d3b14',
  },
};

/** The style sheet of a theme. Everything hangs on one class, so that nothing else of the dashboard changes. */
export function styleSheet(theme: Theme): Html {
  const color = (name: string): string => COLORS[theme][name] ?? 'inherit';
  const rules = [
    [
      '',
      `color:${color('text')};font:13px/1.45 "Amazon Ember","Helvetica Neue",Roboto,Arial,sans-serif;overflow-wrap:break-word`,
    ],
    ['small', `color:${color('soft')};font-size:12px;display:block`],
    ['table', 'border-collapse:collapse;width:100%'],
    ['th', `text-align:left;color:${color('soft')};font-weight:600;font-size:12px;white-space:nowrap`],
    ['td, .alb502 th', `padding:5px 16px 5px 0;vertical-align:top;border-bottom:1px solid ${color('line')}`],
    ['tbody tr:hover', `background:${color('hover')}`],
    ['td small, .alb502 .n.l', 'overflow-wrap:anywhere'],
    ['.m td', 'padding-right:10px'],
    ['.r', 'text-align:right;white-space:nowrap'],
    ['.nw', 'white-space:nowrap'],
    [
      '.s',
      'display:inline-block;border-radius:3px;padding:0 6px;font-size:12px;font-weight:600;white-space:nowrap',
    ],
    ['.critical', `background:${color('critical')};color:${color('criticalText')}`],
    ['.warning', `background:${color('warning')};color:${color('warningText')}`],
    ['.info, .alb502 .none', `background:${color('info')};color:${color('infoText')}`],
    ['.over', `background:${color('over')};color:${color('good')}`],
    ['.quiet', `border:1px solid ${color('soft')};color:${color('soft')}`],
    ['cwdb-action', 'display:none'],
    ['a', `color:${color('link')}`],
    ['.f', 'display:inline-block;margin:0 6px 8px 0'],
    [
      'input, .alb502 select',
      `font:inherit;color:${color('text')};background:${color('code')};border:1px solid ${color('soft')};border-radius:3px;padding:2px 6px;margin:0 6px 4px 0;max-width:100%;box-sizing:border-box`,
    ],
    ['.h', 'margin:0 0 4px'],
    ['.h .sp', 'margin-left:0'],
    ['.x', 'list-style:none;padding:0'],
    [
      'button',
      `font:inherit;color:${color('link')};background:none;border:1px solid ${color('link')};border-radius:3px;padding:2px 10px;margin:0 6px 4px 0;cursor:pointer`,
    ],
    [
      'button.n',
      'border:0;padding:0;margin:0;font-weight:600;text-align:left;text-decoration:underline;text-underline-offset:2px',
    ],
    [
      'button:focus-visible, .alb502 summary:focus-visible',
      `outline:2px solid ${color('link')};outline-offset:2px`,
    ],
    ['.t', 'display:flex;gap:8px;align-items:center'],
    ['.t small', 'white-space:nowrap;line-height:1.25'],
    ['.k', `fill:${color('keepAlive')}`],
    ['.g', `fill:${color('gap')};stroke:${color('keepAlive')};stroke-dasharray:2`],
    ['.i', `fill:${color('idle')}`],
    ['.kt', `color:${color('keepAlive')}`],
    ['.it', `color:${color('idle')}`],
    ['.sp', 'display:block;margin-left:auto'],
    ['.l', `stroke:${color('line')}`],
    ['.c', `stroke:${color('keepAlive')};stroke-width:2`],
    ['.sum', 'margin:0 0 8px'],
    ['summary', `cursor:pointer;padding:6px 0;color:${color('soft')}`],
    ['h2', 'font-size:18px;margin:0 0 4px'],
    ['h3', 'font-size:14px;margin:14px 0 4px'],
    ['ol, .alb502 ul', 'margin:0;padding-left:20px'],
    ['li', 'margin-bottom:4px'],
    [
      'pre',
      `background:${color('code')};border:1px solid ${color('line')};border-radius:3px;padding:6px 8px;margin:4px 0;white-space:pre-wrap;font:12px/1.4 Monaco,Menlo,Consolas,monospace`,
    ],
    ['.w', `color:${color('soft')};font-variant-numeric:tabular-nums`],
    ['.good', `color:${color('good')}`],
  ];
  return new Html(`<style>${rules.map(([at, rule]) => `.alb502 ${at}{${rule}}`).join('')}</style>`);
}

/** Content with its style; the console's own table and link styles are switched off. */
export function framed(theme: Theme, content: Html): Html {
  return new Html(
    `<div class="cwdb-no-default-styles"></div>${styleSheet(theme).markup}<div class="alb502">${content.markup}</div>`,
  );
}
