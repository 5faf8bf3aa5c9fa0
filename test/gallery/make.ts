import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Page } from 'playwright-core';
import { serveWidgetPage } from '../../lab/page/serve.ts';
import { answerWidget } from '../../lambda/widget/widget.ts';
import { startChromium } from '../browser/chromium.ts';
import { NOW_MS } from '../widget/sample-fleet.ts';
import { ALERT_FORMATS, alertStates } from './alert-states.ts';
import { WIDGET_STATES, type WidgetState } from './widget-states.ts';

// `npm run gallery -- FOLDER`: every state of the dashboard as a picture, every format of every alert at 40 columns.

const WIDTHS = [360, 390, 1180] as const;
const THEMES = ['light', 'dark'] as const;
const COLUMNS = 40;

async function takePicture(
  page: Page,
  { url, state, path }: { url: string; state: WidgetState; path: string },
) {
  await page.goto(url);
  await page.waitForSelector('body[data-ready]');
  if (state.opened !== undefined) {
    await page.getByRole('button', { name: state.opened, exact: true }).click();
    await page.getByRole('dialog').locator('h2').waitFor();
    // The whole record, not the part that one screen shows.
    await page.addStyleTag({ content: '#popup{max-height:none!important}' }).catch(() => undefined);
    await page.getByRole('dialog').screenshot({ path });
    return;
  }
  await page.screenshot({ path, fullPage: true });
}

/** How far the page is wider than its window, in pixels. */
const overflow = async (page: Page): Promise<number> =>
  Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));

async function widgetPictures(folder: string): Promise<void> {
  const browser = await startChromium();
  try {
    for (const [name, state] of Object.entries(WIDGET_STATES)) {
      const served = await serveWidgetPage((event) => answerWidget(event, state.ports));
      for (const theme of THEMES)
        for (const width of WIDTHS) {
          const page = await browser.context.newPage();
          await page.setViewportSize({ width: width === 1180 ? width + 32 : width, height: 900 });
          const file = `${name}-${width}-${theme}.png`;
          const url = `${served.url}?theme=${theme}&end=${NOW_MS}`;
          await takePicture(page, { url, state, path: join(folder, file) });
          const wider = await overflow(page);
          process.stdout.write(`${file}${wider > 0 ? `: ${wider} px too wide` : ''}\n`);
          await page.close();
        }
      await served.stop();
    }
  } finally {
    await browser.stop();
  }
}

async function alertTexts(folder: string): Promise<void> {
  for (const [state, notification] of Object.entries(await alertStates()))
    for (const [format, render] of Object.entries(ALERT_FORMATS)) {
      const text = wrapAnsi(render(notification), COLUMNS, { hard: true, trim: false });
      writeFileSync(join(folder, `${state}.${format}.txt`), `${text.trimEnd()}\n`);
    }
}

const [folder = 'gallery'] = process.argv.slice(2);
const [widget, alerts] = [join(folder, 'widget'), join(folder, 'alerts')];
for (const path of [widget, alerts]) mkdirSync(path, { recursive: true });
await alertTexts(alerts);
await widgetPictures(widget);
process.stdout.write(`The pictures are in ${widget}, the alerts in ${alerts}.\n`);
