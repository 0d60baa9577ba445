// What it takes from an inquiry to the tokens that keys are made of, beside plain look-ups of its texts in a Map, in
// CPU time: `node --conditions=cardea-source bench/engine-reading.ts`.
import { attr } from '../packages/cardea/src/ast/build.ts';
import type { Json } from '../packages/cardea/src/ast/json.ts';
import { Dictionary } from '../packages/cardea/src/engine/dictionary.ts';
import { Operands } from '../packages/cardea/src/engine/operands.ts';
import { Reading } from '../packages/cardea/src/engine/reading.ts';
import { SINGLE } from '../packages/cardea/src/engine/shape.ts';
import { type Slot, slotName, tokensOf } from '../packages/cardea/src/engine/slot.ts';
import { SlotTable } from '../packages/cardea/src/engine/slot-table.ts';
import { TokenBuffer } from '../packages/cardea/src/engine/token-buffer.ts';
import { Vocabulary } from '../packages/cardea/src/engine/vocabulary.ts';
import type { Inquiry } from '../packages/cardea/src/model/inquiry.ts';
import { quantile, spent } from './clock.ts';
import { fresh } from './fresh.ts';
import { randomOf } from './random.ts';

const random = randomOf('reading', 1);
const below = (limit: number): number => Math.floor(random() * limit);
const valueOf = (attribute: number): Json => {
  if (attribute === 19) return `10.${below(200)}.0.1`;
  if (attribute >= 17) return `/p${below(300)}/x`;
  return attribute >= 14 ? below(1_000) : `v${below(4 + attribute * attribute * 8)}`;
};

const triple: readonly Slot[] = [attr('subject'), attr('action'), attr('resource')].map((of) => ({
  kind: 'value',
  of,
}));
measure('3 texts, 3 slots', triple, () => ({
  subject: `/user${below(500)}`,
  action: 'read',
  resource: `/obj${below(500)}`,
}));

const twenty = Array.from({ length: 20 }, (_, at) => attr('context', `a${at}`));
const slots = twenty.map((of, at): Slot => {
  if (at === 19) return { kind: 'network', of, family: 4, bits: 16 };
  if (at >= 17) return { kind: 'prefix', of, length: 4 };
  return at >= 14 ? { kind: 'range', of, level: 4 } : { kind: 'value', of };
});
measure('20 attributes, 20 slots', slots, () => ({
  context: Object.fromEntries(twenty.map(({ path }, at) => [path[0] as string, valueOf(at)])),
}));

/** All tokens of a sample of inquiries are in use. */
function measure(what: string, of: readonly Slot[], make: () => Inquiry): void {
  const tokens = new Dictionary();
  const operands = new Operands(new Map());
  const table = new SlotTable(operands, tokens);
  const reading = new Reading(operands, new Vocabulary(tokens));
  const map = new Map<Json, number>();
  for (const slot of of) {
    const number = table.numberOf(slotName(slot), slot);
    const operand = operands.find(slot.of) as number;
    for (let at = 0; at < 5_000; at++) {
      const value = reading.begin(make()).value(operand);
      for (const token of tokensOf(slot, value)) table.use(number, token, SINGLE);
      if (value !== undefined) map.set(value, map.size);
    }
  }
  const into = new TokenBuffer();
  let found = 0;
  const ours = best(make, (inquiry) => {
    table.read(reading.begin(inquiry), into);
    reading.end();
    found += into.ends[into.ends.length - 1] as number;
  });
  const theirs = best(make, (inquiry) => {
    for (const part of Object.values(inquiry) as readonly Json[])
      for (const value of typeof part === 'object' ? Object.values(part as object) : [part])
        found += map.get(value) ?? 0;
  });
  console.log(
    `${what.padEnd(26)} tokens ${ours.toFixed(0).padStart(5)} ns   Map ${theirs.toFixed(0).padStart(5)} ns   (${found})`,
  );
}

function best(make: () => Inquiry, work: (inquiry: Inquiry) => void): number {
  const rounds = Array.from({ length: 60 }, () => {
    const inquiries = fresh(Array.from({ length: 512 }, make));
    return spent(() => inquiries.forEach(work)).cpuNs / inquiries.length;
  });
  return quantile(rounds.slice(10), 0.1) as number;
}
