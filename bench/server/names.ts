/** The servers, in the words of the tables. */
export const NAMES = { floor: 'node:http', bare: 'fastify', own: 'cardea', cerbos: 'cerbos' } as const;

/** How they are asked: one question a request, or as many as the goal names. */
export const SINGLE = 'one evaluation a request';
export const BATCH = 100;
export const BATCHED = `${BATCH} evaluations a request`;
