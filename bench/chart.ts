import { formatCount, formatNs } from './units.ts';

/** One line of a chart. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly Point[];
}

/** What a decision took over so many policies. */
export interface Point {
  readonly n: number;
  readonly ns: number;
}

const WIDTH = 800;
const HEIGHT = 420;
const LEFT = 84;
const RIGHT = 240;
const TOP = 44;
const BOTTOM = 52;
const LABEL_HEIGHT = 16;

/** The cost of a decision against the number of policies, both logarithmic, as SVG for a light or a dark page. */
export function chart(title: string, about: string, series: readonly Series[]): string {
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return frame(title, text(WIDTH / 2, HEIGHT / 2, 'not run', 'middle'));
  const x = scale(
    points.map(({ n }) => n),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scale(
    points.map(({ ns }) => ns),
    HEIGHT - BOTTOM,
    TOP,
  );
  const marks = [
    ...y.decades.map((ns) => horizontal(y.at(ns), formatNs(ns))),
    ...x.decades.map((n) => vertical(x.at(n), formatCount(n))),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, about, 'middle'),
  ];
  const ends = apart(series.map(({ points: own }) => y.at((own.at(-1) as Point).ns)));
  const lines = series.map(({ name, colour, points: own }, at) => {
    const path = own.map((point) => `${round(x.at(point.n))},${round(y.at(point.ns))}`);
    const dots = path.map((place) => place.split(',')).map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="4"/>`);
    const last = own.at(-1) as Point;
    const label = `<text x="${round(x.at(last.n) + 10)}" y="${round((ends[at] as number) + 4)}">${escaped(name)}, ${formatNs(last.ns)}</text>`;
    return `<g class="line" style="--c:${colour}"><polyline points="${path.join(' ')}"/>${dots.join('')}${label}</g>`;
  });
  return frame(title, [...marks, ...lines].join('\n'));
}

function frame(title: string, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}</style>
<text class="title" x="${LEFT}" y="24">${escaped(title)}</text>
${content}
</svg>
`;
}

const STYLE = [
  'text{font:13px system-ui,sans-serif;fill:#57606a}',
  '.title{font-weight:600;font-size:15px;fill:#1f2328}',
  '.grid{stroke:#8c959f;stroke-opacity:.35}',
  '.line{fill:var(--c)}.line polyline{fill:none;stroke:var(--c);stroke-width:2.5}.line text{fill:var(--c);font-weight:600}',
  '@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}}',
].join('');

interface Scale {
  readonly at: (value: number) => number;
  readonly decades: readonly number[];
}

/** From the decade at or before the least to that at or after the greatest. */
function scale(values: readonly number[], from: number, to: number): Scale {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const greatest = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    at: (value) => from + ((Math.log10(value) - least) / (greatest - least)) * (to - from),
    decades: Array.from({ length: greatest - least + 1 }, (_, at) => 10 ** (least + at)),
  };
}

/** The same heights, moved down where two labels would cover each other. */
function apart(heights: readonly number[]): readonly number[] {
  const moved = [...heights];
  const order = heights.map((_, at) => at).sort((a, b) => (heights[a] as number) - (heights[b] as number));
  for (let at = 1; at < order.length; at++) {
    const [above, below] = [order[at - 1] as number, order[at] as number];
    moved[below] = Math.max(moved[below] as number, (moved[above] as number) + LABEL_HEIGHT);
  }
  return moved;
}

function horizontal(y: number, label: string): string {
  const line = `<line class="grid" x1="${LEFT}" y1="${round(y)}" x2="${WIDTH - RIGHT}" y2="${round(y)}"/>`;
  return line + text(LEFT - 8, y + 4, label, 'end');
}

function vertical(x: number, label: string): string {
  const line = `<line class="grid" x1="${round(x)}" y1="${TOP}" x2="${round(x)}" y2="${HEIGHT - BOTTOM}"/>`;
  return line + text(x, HEIGHT - BOTTOM + 18, label, 'middle');
}

function text(x: number, y: number, content: string, anchor: 'end' | 'middle'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
