import type { Entity, Inquiry } from '../../packages/cardea/src/model/inquiry.ts';
import type { RuleData } from '../../packages/cardea/src/model/policy.ts';
import { spent } from '../clock.ts';
import { asking } from '../contestant.ts';
import { bytesInUse } from '../memory.ts';
import { policiesOf, type Workload } from '../workload.ts';
import { type AttributeTests, attributeTests } from './attribute-tests.ts';
import type { Peer } from './peer.ts';

type Attributes = Readonly<Record<string, unknown>>;
type Test = (attributes: Attributes) => boolean;

/** What somebody would write by hand: a Map by type and action, a closure for each rule. The floor of W5. */
export const mapAndClosures: Peer = {
  subject: 'map-and-closures',
  most: Number.POSITIVE_INFINITY,
  load: async (workload, n) => {
    const before = await bytesInUse();
    const places: Places = new Map();
    const cpuNs = fill(places, workload, n);
    return {
      subject: 'map-and-closures',
      variant: 'a function call',
      itemsPerSecond: n / (cpuNs / 1e9),
      bytesPerItem: ((await bytesInUse()) - before) / n,
      decide: asking({ allows: (inquiry: Inquiry) => allows(places, inquiry) }),
    };
  },
};

type Places = Map<string, Map<string, Place>>;

interface Place {
  readonly deny: Test[];
  readonly allow: Test[];
}

// A function of its own, so that no list is in use when memory is measured.
function fill(places: Places, workload: Workload, n: number): number {
  const all = Array.from(policiesOf(workload, n), attributeTests);
  return spent(() => all.forEach((tests) => file(places, tests))).cpuNs;
}

function file(places: Places, { effect, action, type = '', tests }: AttributeTests): void {
  const ofType = places.get(type) ?? new Map<string, Place>();
  const place = ofType.get(action) ?? { deny: [], allow: [] };
  const checks = tests.map(({ attribute, rule }) => testOf(attribute, rule));
  place[effect].push((attributes) => checks.every((check) => check(attributes)));
  places.set(type, ofType.set(action, place));
}

function allows(places: Places, { action, resource }: Inquiry): boolean {
  const { type, properties = {} } = resource as Entity;
  const place = places.get(type)?.get(action as string);
  if (place === undefined) return false;
  return !place.deny.some((test) => test(properties)) && place.allow.some((test) => test(properties));
}

function testOf(attribute: string, { $eq, $in, $less }: RuleData): Test {
  if ($eq !== undefined) return (attributes) => attributes[attribute] === $eq;
  if (Array.isArray($in)) return (attributes) => $in.includes(attributes[attribute]);
  return (attributes) => (attributes[attribute] as number) < Number($less);
}
