/** What a terminal shows, as a picture: text with the SGR codes of bold and colours becomes an SVG document. */
export function pictureOf(command: string, output: string): string {
  const lines = [`\u001b[1m$ ${command}\u001b[22m`, ...output.trimEnd().split('\n')];
  const columns = Math.max(...lines.map((line) => line.replaceAll(SGR, '').length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${MARGIN + (index + 1) * LINE_HEIGHT - 5}" xml:space="preserve">${spansOf(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The output of ${escaped(command)}">
<rect width="100%" height="100%" rx="8" fill="#16191f"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${FONT_SIZE}" fill="#d5dbdb">
${rows.join('\n')}
</g>
</svg>
`;
}

const FONT_SIZE = 13;
const CHARACTER_WIDTH = 7.83;
const LINE_HEIGHT = 19;
const MARGIN = 16;

// biome-ignore lint/suspicious/noControlCharactersInRegex: an SGR code begins with one
const SGR = /\u001b\[(\d+)m/g;

const FILLS: Readonly<Record<string, string>> = {
  '31': '#ff6b6b',
  '32': '#69db7c',
  '33': '#ffd43b',
  '36': '#66d9e8',
};

/** One line, its colours and bold parts as spans. */
function spansOf(line: string): string {
  let fill: string | undefined;
  let bold = false;
  // Split by a pattern with a group, every second part is a code.
  return line
    .split(SGR)
    .map((part, index) => {
      if (index % 2 === 0) return part === '' ? '' : span(part, fill, bold);
      if (part === '1' || part === '22') bold = part === '1';
      else fill = FILLS[part];
      return '';
    })
    .join('');
}

function span(text: string, fill: string | undefined, bold: boolean): string {
  const attributes = `${fill === undefined ? '' : ` fill="${fill}"`}${bold ? ' font-weight="bold"' : ''}`;
  return attributes === '' ? escaped(text) : `<tspan${attributes}>${escaped(text)}</tspan>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
