const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The method of a request where it is a common one, else `other`: what callers invent makes no series and no line. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
