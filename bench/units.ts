/** A time with three figures. */
export function formatNs(ns: number | null): string {
  if (ns === null) return '';
  if (ns < 1e3) return `${figures(ns)} ns`;
  if (ns < 1e6) return `${figures(ns / 1e3)} µs`;
  return ns < 1e9 ? `${figures(ns / 1e6)} ms` : `${figures(ns / 1e9)} s`;
}

/** A number with three figures, thousands as k and M. */
export function formatCount(count: number | null): string {
  if (count === null) return '';
  if (count < 1e3) return figures(count);
  return count < 1e6 ? `${figures(count / 1e3)}k` : `${figures(count / 1e6)}M`;
}

function figures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
