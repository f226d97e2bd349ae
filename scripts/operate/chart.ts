import type { Series, Span } from './run-record.ts';

/** The place of a chart in a picture, in pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A coloured layer of a chart: its name, and one value for each moment. */
export interface Layer {
  name: string;
  color: string;
  values: readonly number[];
}

/** Returns the horizontal place of a moment. */
export function xOf({ left, width }: Box, { from, to }: Span, time: number): number {
  return round(left + ((Math.min(Math.max(time, from), to) - from) / (to - from)) * width);
}

/** Returns the vertical place of a value. @param max - the value at the top */
export function yOf({ top, height }: Box, max: number, value: number): number {
  return round(top + height - (Math.min(value, max) / max) * height);
}

/** Returns the moments of a span, half a second apart. */
export function momentsOf({ from, to }: Span): number[] {
  return Array.from({ length: Math.floor((to - from) * 2) + 1 }, (_, at) => from + at / 2);
}

/** Returns the value of a series at each moment: its sample within half a second, else 0. */
export function valuesAt({ samples }: Series, moments: readonly number[]): number[] {
  return moments.map((moment) => {
    const value = samples.find(([time]) => Math.abs(time - moment) <= 0.26)?.[1] ?? 0;
    return Number.isFinite(value) ? value : 0;
  });
}

/** Returns round numbers from 0 to at least a value, for an axis. */
export function ticksOf(value: number): number[] {
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000];
  const step = steps.find((candidate) => value / candidate <= 4) ?? 2_000;
  return Array.from({ length: Math.max(1, Math.ceil(value / step)) + 1 }, (_, at) => at * step);
}

/** Returns the areas of layers on top of each other, from the bottom, as SVG. */
export function stackedAreas(box: Box, span: Span, max: number, layers: readonly Layer[]): string {
  const moments = momentsOf(span);
  let below = moments.map(() => 0);
  return layers
    .map(({ color, values }) => {
      const above = below.map((value, at) => value + (values[at] ?? 0));
      const upper = above.map((value, at) => point(box, span, max, moments[at] ?? 0, value));
      const lower = below.map((value, at) => point(box, span, max, moments[at] ?? 0, value)).reverse();
      below = above;
      return `<polygon points="${[...upper, ...lower].join(' ')}" fill="${color}"/>`;
    })
    .join('\n');
}

/** Returns a line as SVG. @param style - further attributes, such as `stroke-dasharray` */
export function line(box: Box, span: Span, max: number, { color, values }: Layer, style = ''): string {
  const points = momentsOf(span).map((moment, at) => point(box, span, max, moment, values[at] ?? 0));
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2" ${style}/>`;
}

const point = (box: Box, span: Span, max: number, time: number, value: number) =>
  `${xOf(box, span, time)},${yOf(box, max, value)}`;

/** Returns the spans in which a series is below 1. */
export function spansBelowOne({ samples }: Series): Span[] {
  const spans: Span[] = [];
  let open: Span | undefined;
  for (const [time, value] of samples) {
    if (value >= 1) open = undefined;
    else if (open) open.to = time;
    else {
      open = { from: time, to: time };
      spans.push(open);
    }
  }
  return spans.map(({ from, to }) => ({ from, to: to + 0.5 }));
}

const round = (value: number) => Math.round(value * 10) / 10;
