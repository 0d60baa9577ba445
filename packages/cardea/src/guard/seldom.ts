// What a program does not begin with, as one chunk for bundlers: each chunk more splits those that all of them share.
export { explain } from '../decide/explain.ts';
export { planFor } from './plan-for.ts';
