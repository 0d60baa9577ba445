import type { Json } from '../ast/json.ts';

/** As `JSON.stringify`, which writes `-0` as `0`: what is read back is what was written. */
export function exactJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return Object.is(json, -0) ? '-0' : JSON.stringify(json);
  if (Array.isArray(json)) return `[${(json as readonly Json[]).map(exactJson).join(',')}]`;
  const members = Object.entries(json as Readonly<Record<string, Json | undefined>>).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${exactJson(member)}`],
  );
  return `{${members.join(',')}}`;
}
