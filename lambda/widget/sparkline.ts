import { type Html, html } from './html.ts';

const HEIGHT = 20;
const STEP = 3;

/**
 * Counts over time as thin bars on a line, the highest as high as the picture.
 *
 * @param counts - one a step of time, oldest first
 * @param label - says in words what the picture shows
 */
export function sparkline(counts: readonly number[], label: string): Html {
  const highest = Math.max(1, ...counts);
  const bars = counts.map((count, index) => {
    if (count <= 0) return '';
    const height = Math.max(3, Math.round((count / highest) * (HEIGHT - 2)));
    return `M${index * STEP + 1} ${HEIGHT - 1}v-${height}`;
  });
  const width = counts.length * STEP;
  return html`<svg class="sp" width="${width}" height="${HEIGHT}" role="img" aria-label="${label}">
    <path class="l" d="M0 ${HEIGHT - 0.5}h${width}"/><path class="c" d="${bars.join('')}"/></svg>`;
}
