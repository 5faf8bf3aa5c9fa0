import { cut } from '../alert/render/text-format.ts';
import { briefStatement, failuresOf, portion } from '../diagnose/explanation-text.ts';
import type { Diagnosis } from '../model/diagnosis.ts';
import { type Html, html } from './html.ts';

const BAR_WIDTH = 90;
const LINE = 300;

/** A part of a whole as a bar. */
function bar(ratio: number, label: string): Html {
  const width = Math.min(BAR_WIDTH, Math.max(1, Math.round(ratio * BAR_WIDTH)));
  return html`<svg width="${BAR_WIDTH}" height="10" role="img" aria-label="${label}"><rect class="g" x="0.5" y="0.5" width="${BAR_WIDTH - 1}" height="9"/><rect class="k" width="${width}" height="10"/></svg>`;
}

/** What explains how many failures, a bar and a line each: the first thing to read. */
export function explanationsPart(diagnosis: Diagnosis): Html | null {
  const { explanations, unexplained } = diagnosis;
  const all = failuresOf(diagnosis);
  const statements = explanations.map((one) => ({ ...one, words: briefStatement(one) }));
  const rest =
    unexplained === null || unexplained.failures === 0 ? [] : [{ ...unexplained, words: 'unexplained' }];
  const lines = [...statements, ...rest].map((one) => {
    const text = `${portion(one, all)}: ${one.words}`;
    return html`<li>${bar(one.share, `${Math.round(one.share * 100)} %`)} ${cut(text, LINE)}</li>`;
  });
  return lines.length === 0 ? null : html`<h3>What explains the failures</h3><ul class="x">${lines}</ul>`;
}
