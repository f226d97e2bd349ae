import {
  type Box,
  type Layer,
  line,
  momentsOf,
  spansBelowOne,
  stackedAreas,
  ticksOf,
  valuesAt,
  xOf,
  yOf,
} from './chart.ts';
import type { Fault, RunRecord, Span } from './run-record.ts';

/** The size of the picture, in pixels. */
export const pictureSize = { width: 1_200, height: 1_160 };

const left = 250;
const chartWidth = 910;
const top = 162;

const colors = {
  text: '#1f2933',
  weak: '#6b7785',
  grid: '#e4e8ec',
  fault: '#f4e3c3',
  good: '#3f9b6c',
  bad: '#d1495b',
};

/** The layers of each chart, from the bottom, with their colours. Colours differ in lightness, too. */
const lookupColors = {
  fresh: '#2f7f79',
  revalidated: '#7cc3b5',
  shared: '#5b8def',
  miss: '#1b3a57',
  stale: '#e58a2b',
};
const mintColors = {
  minted: '#2f7f79',
  unavailable: '#d1495b',
  'circuit-open': '#f0a7a0',
  'key-refused': '#7b2d43',
  budget: '#e58a2b',
};

/** Returns the picture of a run as SVG: what callers got, what Clerk was asked, and which alerts fired. */
export function drawRun(run: RunRecord): string {
  const { width, height } = pictureSize;
  const alerts = [...new Set(run.alerts.map(({ alert }) => alert))];
  const boxes = {
    lookups: { left, top, width: chartWidth, height: 200 },
    mints: { left, top: 420, width: chartWidth, height: 150 },
    budget: { left, top: 625, width: chartWidth, height: 110 },
    state: { left, top: 780, width: chartWidth, height: 84 },
    alerts: { left, top: 910, width: chartWidth, height: 24 * alerts.length },
  };
  const bottom = boxes.alerts.top + boxes.alerts.height;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="DejaVu Sans, Arial, sans-serif" font-size="13" fill="${colors.text}">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${text(24, 34, 'A gateway under load while its dependencies fail', 'font-size="20" font-weight="bold"')}
${text(24, 56, '40 requests per second, 6 held tokens that are renewed every 2 s; alert rules with their times divided by 30', `fill="${colors.weak}"`)}
${run.faults.map((fault) => drawFault(fault, run, bottom)).join('\n')}
${stackChart(boxes.lookups, run, 'Tokens served', 'per second, by lookup', layersOf(run, 'lookups', 'mintgate_cache_result', lookupColors))}
${stackChart(boxes.mints, run, 'Mints', 'per second, by outcome', layersOf(run, 'mints', 'mintgate_mint_outcome', mintColors))}
${budgetChart(boxes.budget, run)}
${stateChart(boxes.state, run)}
${alertChart(boxes.alerts, run, alerts)}
${timeAxis({ left, top: bottom, width: chartWidth, height: 0 }, run)}
</svg>
`;
}

/** Returns a text. @param style - attributes of SVG */
function text(x: number, y: number, words: string, style = ''): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${style}>${escaped}</text>`;
}

/** Marks the time of a fault in all charts, and names it above them. */
function drawFault(fault: Fault, run: RunRecord, bottom: number): string {
  const box = { left, top, width: chartWidth, height: 0 };
  const [start, end] = [xOf(box, run, fault.from), xOf(box, run, fault.to)];
  const at = run.faults.indexOf(fault);
  const [column, row] = [at % 3, Math.floor(at / 3)];
  return [
    `<rect x="${start}" y="${top - 14}" width="${Math.max(end - start, 3)}" height="${bottom - top + 14}" fill="${colors.fault}"/>`,
    text(start, top - 20, String(at + 1), 'font-weight="bold"'),
    text(left + column * 310, 86 + row * 20, `${at + 1}: ${fault.name}`),
  ].join('\n');
}

function layersOf(
  run: RunRecord,
  name: string,
  label: string,
  palette: Readonly<Record<string, string>>,
): Layer[] {
  const moments = momentsOf(run);
  return Object.entries(palette).flatMap(([value, color]) => {
    const series = run.series[name]?.find(({ labels }) => labels[label] === value);
    const values = series ? valuesAt(series, moments) : [];
    return values.some((each) => each > 0) ? [{ name: value, color, values }] : [];
  });
}

function stackChart(box: Box, run: RunRecord, title: string, unit: string, layers: readonly Layer[]): string {
  const totals = momentsOf(run).map((_, at) =>
    layers.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  );
  const ticks = ticksOf(Math.max(...totals));
  const max = ticks.at(-1) ?? 1;
  return [
    stackedAreas(box, run, max, layers),
    axis(box, ticks),
    heading(box, title, unit),
    legend(box, layers),
  ].join('\n');
}

function budgetChart(box: Box, run: RunRecord): string {
  const moments = momentsOf(run);
  const valuesOf = (name: string) => {
    const [series] = run.series[name] ?? [];
    return series ? valuesAt(series, moments) : [];
  };
  const used = { name: 'used', color: '#2f7f79', values: valuesOf('budgetUsed') };
  const limit = valuesOf('budgetLimit');
  const max = Math.max(...limit);
  const alertAt = { name: 'alert above 80 %', color: colors.bad, values: limit.map((value) => value * 0.8) };
  return [
    line(box, run, max, used),
    line(box, run, max, alertAt, 'stroke-dasharray="6 4"'),
    axis(box, [0, max / 4, max / 2, (3 * max) / 4, max]),
    heading(box, 'Mint budget', 'of any 10 s'),
    legend(box, [used, alertAt]),
  ].join('\n');
}

/** One strip for each part: green while it works, red while it does not. */
function stateChart(box: Box, run: RunRecord): string {
  const parts = [
    ['Circuit breaker', 'breakerClosed', 'closed', 'open'],
    ['Redis', 'redisConnected', 'connected', 'away'],
    ['Secret key', 'keyAccepted', 'accepted', 'refused'],
  ] as const;
  return parts
    .map(([title, name, good, bad], at) => {
      const y = box.top + at * 28;
      const [series] = run.series[name] ?? [];
      const broken = series ? spansBelowOne(series) : [];
      return [
        text(24, y + 15, title, 'font-weight="bold"'),
        text(left - 12, y + 15, good, `text-anchor="end" fill="${colors.good}"`),
        bar(box, run, y, run, colors.good),
        ...broken.map((span) => bar(box, run, y, span, colors.bad)),
        ...broken.map((span) =>
          text(xOf(box, run, (span.from + span.to) / 2), y + 15, bad, 'fill="#ffffff" text-anchor="middle"'),
        ),
      ].join('\n');
    })
    .join('\n');
}

function alertChart(box: Box, run: RunRecord, alerts: readonly string[]): string {
  const rows = alerts.map((alert, at) => {
    const y = box.top + at * 24;
    return [
      text(left - 12, y + 15, alert.replace(/^Mintgate/, ''), 'text-anchor="end"'),
      `<line x1="${box.left}" x2="${box.left + box.width}" y1="${y + 22}" y2="${y + 22}" stroke="${colors.grid}"/>`,
      ...run.alerts
        .filter((fired) => fired.alert === alert)
        .map((span) => bar(box, run, y, span, colors.bad)),
    ].join('\n');
  });
  return [text(24, box.top - 14, 'Alerts that fire', 'font-weight="bold"'), ...rows].join('\n');
}

function bar(box: Box, run: RunRecord, y: number, { from, to }: Span, color: string): string {
  const [start, end] = [xOf(box, run, from), xOf(box, run, to)];
  return `<rect x="${start}" y="${y + 2}" width="${Math.max(end - start, 3)}" height="18" rx="2" fill="${color}"/>`;
}

function axis(box: Box, ticks: readonly number[]): string {
  const max = ticks.at(-1) ?? 1;
  return ticks
    .map((tick) => {
      const y = yOf(box, max, tick);
      return `<line x1="${box.left}" x2="${box.left + box.width}" y1="${y}" y2="${y}" stroke="${tick === 0 ? colors.weak : colors.grid}" ${tick === 0 ? '' : 'stroke-opacity="0.7"'}/>
${text(box.left - 12, y + 4, String(tick), `text-anchor="end" fill="${colors.weak}"`)}`;
    })
    .join('\n');
}

function heading(box: Box, title: string, unit: string): string {
  return [
    text(24, box.top + 12, title, 'font-weight="bold"'),
    text(24, box.top + 30, unit, `fill="${colors.weak}"`),
  ].join('\n');
}

function legend(box: Box, layers: readonly Layer[]): string {
  return layers
    .map(({ name, color }, at) => {
      const y = box.top + 42 + at * 20;
      return `<rect x="24" y="${y}" width="12" height="12" fill="${color}"/>${text(44, y + 11, name)}`;
    })
    .join('\n');
}

function timeAxis(box: Box, run: RunRecord): string {
  const seconds = Array.from({ length: Math.floor((run.to - run.from) / 5) + 1 }, (_, at) => at * 5);
  const ticks = seconds.map((second) => {
    const x = xOf(box, run, run.from + second);
    return `<line x1="${x}" x2="${x}" y1="${box.top}" y2="${box.top + 6}" stroke="${colors.weak}"/>
${text(x, box.top + 22, String(second), `text-anchor="middle" fill="${colors.weak}"`)}`;
  });
  return [
    ...ticks,
    text(box.left + box.width, box.top + 42, 'seconds', `text-anchor="end" fill="${colors.weak}"`),
  ].join('\n');
}
