import { attributes, type Inquiry, type Json, type JsonObject, type Policy } from 'cardea';
import type { CasbinPolicies, InquiryPart } from '@cardea/casbin';
import { pathsTo, type Samples, samplesOf } from './sample-values.ts';

/** One request in both forms. */
export interface SampleRequest {
  readonly values: readonly Json[];
  readonly inquiry: Inquiry;
}

/** A number below a limit. */
type Choose = (limit: number) => number;

/** Texts for attributes that are compared with each other, so that some are equal. */
const MOST_COMPARED = 5;

/**
 * Requests near what policies say: each is made for one of them, with some values of others. The same ones whenever the
 * policies are the same.
 */
export function* sampleRequests(
  casbin: CasbinPolicies,
  rules: readonly string[],
  count: number,
): Iterable<SampleRequest> {
  const choose = generator(count);
  const { policies, request } = casbin;
  const all = request.map(({ field, part }) => {
    const elements = policies.flatMap((policy) => elementsOf(policy, part, field));
    const paths = pathsTo(part, policies);
    if (part !== 'context') return samplesOf(elements, paths);
    return samplesOf(
      elements,
      paths.filter(([name]) => name === field).map((path) => path.slice(1)),
    );
  });
  const texts = [...new Set(all.flatMap((samples) => [...samples.texts]))].slice(0, MOST_COMPARED);
  const pools = all.map((samples) => ({
    ...samples,
    texts: new Set([...samples.texts, ...rules, ...texts, 'somebody else']),
  }));
  for (let at = 0; at < count; at++) {
    const policy = policies[choose(policies.length)];
    const values = request.map(({ field, part }, position) => {
      const pool = pools[position] as Samples;
      const own = policy === undefined || choose(4) === 0 ? pool : samplesOf(elementsOf(policy, part, field));
      return valueOf(own, pool, choose);
    });
    yield { values, inquiry: inquiryOf(casbin, values) };
  }
}

/** The inquiry that a request is. */
export function inquiryOf({ request }: CasbinPolicies, values: readonly Json[]): Inquiry {
  // A part that the request has not is any text: policies that say nothing of it ask for something to be there.
  const inquiry: Record<string, Json> = { subject: '', action: '', resource: '' };
  const context: Record<string, Json> = {};
  for (const [at, { field, part }] of request.entries()) {
    const value = values[at] as Json;
    const read = typeof value === 'object' && value !== null ? attributes(value as JsonObject) : value;
    if (part === 'context') context[field] = read;
    else inquiry[part] = read;
  }
  return { ...inquiry, context };
}

function elementsOf(policy: Policy, part: InquiryPart, field: string): Policy['subjects'] {
  const { subjects, actions, resources, context } = policy;
  if (part !== 'context') return { subject: subjects, action: actions, resource: resources }[part];
  const rule = context !== undefined && Object.hasOwn(context, field) ? context[field] : undefined;
  return rule === undefined ? [] : [rule as Policy['subjects'][number]];
}

function valueOf(own: Samples, pool: Samples, choose: Choose): Json {
  const hasAttributes = pool.attributes.size > 0 && (own.attributes.size > 0 || choose(2) === 0);
  if (hasAttributes) {
    const entries = [...pool.attributes].map(([name, inner]) => {
      const found = own.attributes.get(name) ?? inner;
      return [name, attributeOf(found, pool.texts, choose)] as const;
    });
    return Object.fromEntries(entries);
  }
  return pick([...(own.texts.size > 0 ? own : pool).texts], choose) ?? '';
}

// An attribute that nothing but another one is compared with has a text, of few.
function attributeOf(own: Samples, texts: ReadonlySet<string>, choose: Choose): Json {
  if (own.attributes.size > 0) return valueOf(own, own, choose);
  const values: Json[] = [...own.texts, ...own.numbers, ...(own.flags ? [true, false] : [])];
  return pick(values.length > 0 ? values : [...texts].slice(0, MOST_COMPARED), choose) ?? '';
}

function pick<T>(values: readonly T[], choose: Choose): T | undefined {
  return values[choose(values.length)];
}

// Numerical Recipes' generator: the same requests at each run.
function generator(seed: number): Choose {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
