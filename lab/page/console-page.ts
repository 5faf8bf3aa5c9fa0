/** What the dashboard tells the widget function of itself. */
export interface PageFrame {
  /** null: as the reader's system has it. */
  readonly theme: 'light' | 'dark' | null;
  /** Pixels; null: as wide as the window has room for, up to that of a dashboard. */
  readonly width: number | null;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  /** Asks again so often, as a dashboard with automatic refresh; null: never. */
  readonly refreshSeconds: number | null;
}

/** The console's ground in both themes; the widget brings everything else. */
const STYLE = `
body{margin:0;padding:16px;min-width:0;font-family:Helvetica,Arial,sans-serif;background:#f2f3f3;color:#16191f}
body.dark{background:#0f1b2a;color:#d1d5db}
main{background:#fff;border-radius:8px;padding:12px 16px;box-sizing:border-box}
.dark main,.dark dialog{background:#192534;color:#d1d5db}
h1{font-size:15px;margin:0 0 10px}
dialog{box-sizing:border-box;max-width:min(820px,calc(100vw - 16px));border:0;border-radius:8px;padding:16px 20px;max-height:80vh;overflow:auto}
`;

/**
 * What the console does with a widget's HTML: scripts, frames, forms and event handlers are taken out, and each
 * `cwdb-action` is tied to the element before it.
 */
const SCRIPT = `
const frame = JSON.parse(document.getElementById('frame').textContent);
const FORBIDDEN = 'script,iframe,object,embed,link,meta,base,use';

function sanitized(markup) {
  const parsed = new DOMParser().parseFromString(markup, 'text/html');
  for (const element of parsed.querySelectorAll(FORBIDDEN)) element.remove();
  for (const element of parsed.querySelectorAll('*'))
    for (const { name, value } of [...element.attributes])
      if (/^on/i.test(name) || /^\\s*javascript:/i.test(value)) element.removeAttribute(name);
  const content = document.createDocumentFragment();
  content.append(...parsed.head.querySelectorAll('style'), ...parsed.body.childNodes);
  return content;
}

const WIDEST = 1180;
if (frame.theme === null) frame.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
document.body.classList.add(frame.theme);
const main = document.querySelector('main');
if (frame.width === null) frame.width = Math.min(WIDEST, document.body.clientWidth - 2 * parseFloat(getComputedStyle(document.body).paddingLeft));
main.style.width = frame.width + 'px';
// What a dashboard says of its width is that of the content.
const inner = frame.width - parseFloat(getComputedStyle(main).paddingLeft) - parseFloat(getComputedStyle(main).paddingRight);

/** What stands in the fields of the widget, by their names. */
const formValues = () =>
  Object.fromEntries([...document.querySelectorAll('#widget input, #widget select')].map(({ name, value }) => [name, value]));

async function ask(parameters) {
  const widgetContext = {
    theme: frame.theme, width: inner, params: {}, forms: { all: formValues() },
    timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
    timeRange: { mode: 'absolute', start: frame.start, end: frame.end },
  };
  const answer = await fetch('/widget', { method: 'POST', body: JSON.stringify({ ...parameters, widgetContext }) });
  return answer.text();
}

function show(element, markup) {
  element.replaceChildren(sanitized(markup));
  for (const form of element.querySelectorAll('form')) form.addEventListener('submit', (event) => event.preventDefault());
  for (const action of element.querySelectorAll('cwdb-action')) {
    const target = action.previousElementSibling;
    if (target) target.addEventListener('click', () => act(action));
  }
}

async function act(action) {
  const question = action.getAttribute('confirmation');
  if (question !== null && !confirm(question)) return;
  const markup = action.getAttribute('action') === 'call'
    ? await ask(JSON.parse(action.textContent))
    : action.innerHTML;
  if (action.getAttribute('display') === 'widget') {
    if (action.getAttribute('action') === 'call') parameters = JSON.parse(action.textContent);
    return show(document.getElementById('widget'), shown = markup);
  }
  const popup = document.getElementById('popup');
  show(popup, markup);
  if (!popup.open) popup.showModal();
}

let parameters = {};
let shown = await ask(parameters);
show(document.getElementById('widget'), shown);
document.body.dataset.ready = 'true';

async function refresh() {
  const markup = await ask(parameters);
  // What did not change keeps the reader's focus and selection.
  if (markup !== shown) show(document.getElementById('widget'), shown = markup);
}

if (frame.refreshSeconds !== null) {
  const timer = setInterval(() => refresh().catch(() => {
    clearInterval(timer);
    document.querySelector('h1').textContent += ' (ended)';
  }), frame.refreshSeconds * 1000);
}
`;

/** Path of {@link SCRIPT}: the page's policy allows no script inside the page, and so none that slipped through. */
export const SCRIPT_PATH = '/console.js';

export const consoleScript = (): string => SCRIPT;

/** A page that treats a widget's HTML as the CloudWatch console does. */
export function consolePage(frame: PageFrame): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>alb502</title><style>${STYLE}</style></head>
<body><main><h1>Load balancers</h1><div id="widget"></div></main>
<dialog id="popup" aria-label="Details"></dialog>
<script type="application/json" id="frame">${JSON.stringify(frame)}</script><script type="module" src="${SCRIPT_PATH}"></script></body></html>`;
}
