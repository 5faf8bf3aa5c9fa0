import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Dialog, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { serveWidgetPage, type WidgetPage } from '../../lab/page/serve.ts';
import type { FleetEntry } from '../../lambda/model/alert.ts';
import { answerWidget, type WidgetPorts } from '../../lambda/widget/widget.ts';
import { WIDGET_STATES } from '../gallery/widget-states.ts';
import { arnOf, entry, mismatchOf, NOW_MS, SAMPLE_FLEET, samplePorts } from '../widget/sample-fleet.ts';
import { type Browser, startChromium } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1180, 640, 390, 360] as const;
/** Words of at most 20 characters outside commands that stand on two lines. */
const SPLIT_WORDS = `(() => {
  const split = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (node.parentElement.closest('pre, script, style, cwdb-action')) continue;
    for (const { 0: word, index } of node.data.matchAll(/[\\p{L}\\d]{2,20}/gu)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) split.push(word);
    }
  }
  return split;
})()`;
const LOOKS = THEMES.flatMap((theme) => WIDTHS.map((width) => [theme, width] as const));

const violationsSchema = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
);

describe('the widget in a browser', () => {
  let browser: Browser;
  let served: WidgetPage;
  let page: Page;
  let ports: WidgetPorts;
  /** What the page or its scripts complained about, policy violations included. */
  let complaints: string[];
  const done: unknown[] = [];

  const allowed = {
    acceptDrift: async ({ loadBalancerArn }: FleetEntry) => {
      done.push(['accept', loadBalancerArn]);
    },
    silence: async ({ loadBalancerArn }: FleetEntry) => {
      done.push(['silence', loadBalancerArn]);
    },
  };

  beforeAll(async () => {
    browser = await startChromium();
    served = await serveWidgetPage((event) => answerWidget(event, ports));
  });
  afterAll(async () => {
    await browser?.stop();
    await served?.stop();
  });
  beforeEach(async () => {
    ports = samplePorts();
    complaints = [];
    done.length = 0;
    page = await browser.context.newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });
  afterEach(() => page.close());

  async function open(theme: 'light' | 'dark' = 'light', width = 1180): Promise<void> {
    await page.setViewportSize({ width: width + 32, height: 900 });
    await page.goto(`${served.url}?theme=${theme}&width=${width}&end=${NOW_MS}`);
    await page.waitForSelector('body[data-ready]');
  }

  /** What axe finds in an element, contrast and keyboard included. */
  async function violationsIn(selector: string): Promise<string[]> {
    await page.evaluate(AXE);
    const found: unknown = await page.evaluate(`axe.run('${selector}').then(({ violations }) => violations)`);
    return violationsSchema
      .parse(found)
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  }

  /** Pixels by which the content is wider than the widget. */
  const overflowing = async (): Promise<number> =>
    Number(
      await page.evaluate(
        '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector("#widget"))',
      ),
    );

  test.each(LOOKS)('is legible and usable in the %s theme at %i pixels', async (theme, width) => {
    await open(theme, width);
    expect(await page.locator('#widget tbody tr').count()).toBe(6);
    expect(await violationsIn('#widget')).toEqual([]);
    expect(await overflowing()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'checkout' }).click();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    expect(await violationsIn('#popup')).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('opens the record of an incident with a click, and its rollback with another', async () => {
    await open();
    await page.getByRole('button', { name: 'checkout' }).click();
    const popup = page.getByRole('dialog');
    await popup.getByText('targets of checkout-web close idle connections after 75 s').waitFor();
    expect(await popup.getByText('Value=300').isVisible()).toBe(false);
    await popup.getByText('How to roll back').first().click();
    expect(await popup.getByText('Value=300').isVisible()).toBe(true);
    expect(await popup.getByRole('button').count()).toBe(0);
    expect(await popup.getByRole('link', { name: 'open in the EC2 console' }).count()).toBe(1);
  });

  test('is worked by keyboard alone', async () => {
    await open();
    const focused = () => page.evaluate('document.activeElement.textContent');
    for (const field of ['with findings', 'Filter', 'checkout']) {
      await page.keyboard.press('Tab');
      if (field === 'with findings') await page.keyboard.press('Tab');
      expect(await focused()).toContain(field);
    }
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('search-api');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('heading', { name: 'search-api' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  test('changes nothing where the question is answered with no, and does it where the answer is yes', async () => {
    ports = samplePorts(undefined, { actions: () => allowed });
    await open();
    await page.getByRole('button', { name: 'checkout' }).click();
    const silence = page.getByRole('button', { name: 'Silence for 1 hour' });
    const asked: string[] = [];
    const answerWith = (answer: (dialog: Dialog) => Promise<void>) =>
      page.once('dialog', (dialog) => {
        asked.push(dialog.message());
        void answer(dialog);
      });
    answerWith((dialog) => dialog.dismiss());
    await silence.click();
    expect(done).toEqual([]);
    answerWith((dialog) => dialog.accept());
    await silence.click();
    await page.getByText('Silenced for one hour').waitFor();
    expect(done).toEqual([['silence', arnOf('checkout')]]);
    expect(asked).toEqual(Array(2).fill('Send no alert about checkout for one hour?'));
  });

  test('stands in a page that takes out what the console takes out', async () => {
    const markup = `<b onclick="document.title='x'">kept</b><script>document.title='x'</script><form onsubmit="document.title='x'"></form>
      <iframe src="about:blank"></iframe><a href="javascript:document.title='x'">link</a>`;
    const other = await serveWidgetPage(async () => markup);
    await page.goto(other.url);
    await page.waitForSelector('body[data-ready]');
    await page.getByText('kept').click();
    await page.getByText('link').click();
    expect(await page.locator('#widget').innerHTML()).toMatch(/^<b>kept<\/b><form><\/form>\s*<a>link<\/a>$/);
    expect(await page.title()).toBe('alb502');
    await page.close();
    await other.stop();
  });

  test('keeps hostile names as text', async () => {
    const hostile = `"><img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
    const arn = `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/${'x'.repeat(32)}/1`;
    ports = samplePorts([
      entry('a', { severity: 'critical', owner: hostile, region: hostile }),
      entry('b', {
        severity: 'warning',
        loadBalancerArn: arn,
        owner: 'y'.repeat(300),
        mismatch: mismatchOf('b', 5, 60),
      }),
    ]);
    for (const [theme, width] of LOOKS) {
      await open(theme, width);
      expect(await page.locator('#widget img, #widget script').count()).toBe(0);
      expect(await page.locator('#widget').textContent()).toContain('"><img src=x onerror=');
      expect(await overflowing()).toBeLessThanOrEqual(0);
    }
    expect(await page.title()).toBe('alb502');
    expect(complaints).toEqual([]);
  });

  test('turns pages in place where 500 load balancers are in trouble', async () => {
    ports = samplePorts(
      Array.from({ length: 500 }, (_, index) =>
        entry(`service-${String(index).padStart(3, '0')}`, { severity: 'warning', count: 500 - index }),
      ),
    );
    await open();
    await page.getByRole('button', { name: 'service-000' }).waitFor();
    await page.getByRole('button', { name: 'Next ones' }).click();
    await page.getByRole('button', { name: 'service-025' }).waitFor();
    expect(await page.getByRole('button', { name: 'service-000' }).count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await violationsIn('#widget')).toEqual([]);
  });

  test('finds by text and severity, and opens what is quiet', async () => {
    await open();
    await page.getByLabel('Name, owner, region or cause').fill('search');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('button', { name: 'checkout' }).waitFor({ state: 'detached' });
    expect(await page.locator('#widget tbody tr').count()).toBe(1);
    await page.getByLabel('Name, owner, region or cause').fill('wi');
    await page.getByLabel('Which load balancers').selectOption('quiet');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('button', { name: 'wiki' }).click();
    await page.getByRole('dialog').getByText('Nothing found at the last look.').waitFor();
    expect(complaints).toEqual([]);
  });

  test.each(Object.entries(WIDGET_STATES))('fits a phone, words whole: %s', async (_, state) => {
    ({ ports } = state);
    await page.setViewportSize({ width: 360, height: 800 });
    for (const scheme of THEMES) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${served.url}?end=${NOW_MS}`);
      await page.waitForSelector(`body.${scheme}[data-ready]`);
      if (state.opened !== undefined) {
        await page.getByRole('button', { name: state.opened, exact: true }).click();
        await page.getByRole('dialog').locator('h2').waitFor();
        expect(await violationsIn('#popup')).toEqual([]);
      } else expect(await violationsIn('#widget')).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      expect(await overflowing()).toBeLessThanOrEqual(0);
      expect(await page.evaluate(SPLIT_WORDS)).toEqual([]);
    }
  });

  test.each([
    ['an empty account', samplePorts([]), 'No load balancer has been looked at yet'],
    ['a quiet account', samplePorts(SAMPLE_FLEET.slice(6)), 'Nothing found.'],
    [
      'a table that cannot be read',
      samplePorts([], { loadFleet: () => Promise.reject(new Error('denied')) }),
      'could not be read',
    ],
  ])('has something to say about %s', async (_, given, sentence) => {
    ports = given;
    for (const theme of THEMES) {
      await open(theme);
      await page.getByText(sentence).waitFor();
      expect(await violationsIn('#widget')).toEqual([]);
    }
  });

  test('looks as the pictures of the documents show it', async () => {
    await open('light');
    const table = await page.locator('main').screenshot();
    await open('dark');
    await page.getByRole('button', { name: 'checkout' }).click();
    await page.getByRole('heading', { name: 'What to do' }).waitFor();
    const record = await page.getByRole('dialog').screenshot();
    for (const [name, picture] of [
      ['widget.png', table],
      ['incident.png', record],
    ] as const) {
      // Fonts differ from machine to machine, so only the size in bytes is held; `WRITE_PICTURES=1` takes them anew.
      if (process.env['WRITE_PICTURES'] === '1') writeFileSync(PICTURES + name, picture);
      expect(picture.length / readFileSync(PICTURES + name).length).toBeCloseTo(1, 0);
    }
  });
});
