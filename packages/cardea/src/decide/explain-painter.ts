/** Colours a piece of text; the shape of the functions of picocolors and its like. */
export interface Painter {
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string): string => text;
/** Leaves every text as it is. */
export const PLAIN: Painter = { green: same, red: same, yellow: same, dim: same, bold: same };
