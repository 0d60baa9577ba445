import { Guard, type Inquiry, MemoryStorage, type Policy } from 'cardea';

/** What deciding costs here and now. */
export interface Measured {
  readonly perSecond: number;
  readonly microseconds: number;
}

const WARM_MS = 200;
const MEASURED_MS = 400;

/** Decides the inquiries again and again for half a second, without cache and audit. */
export async function measure(policies: readonly Policy[], inquiries: readonly Inquiry[]): Promise<Measured> {
  const guard = new Guard(new MemoryStorage(policies));
  await guard.ready();
  decideFor(guard, inquiries, WARM_MS);
  const { decisions, ms } = decideFor(guard, inquiries, MEASURED_MS);
  await guard.close();
  return { perSecond: Math.round((decisions / ms) * 1000), microseconds: (ms / decisions) * 1000 };
}

function decideFor(
  guard: Guard,
  inquiries: readonly Inquiry[],
  ms: number,
): { readonly decisions: number; readonly ms: number } {
  const started = performance.now();
  let decisions = 0;
  while (performance.now() - started < ms) {
    for (const inquiry of inquiries) guard.decide(inquiry);
    decisions += inquiries.length;
  }
  return { decisions, ms: performance.now() - started };
}
