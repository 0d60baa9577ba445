// Its CommonJS exports are not all found by name.
// oxlint-disable-next-line import/default
import evaluation from '@casbin/expression-eval';
import { Util } from '../upstream.cjs';

// casbin adds it at each evaluation; the parser's table of operators is global.
evaluation.addBinaryOp('in', 1, Util.customIn);

/** casbin's own parser and evaluators, with its operator `in`. */
export const parse: typeof evaluation.parse = evaluation.parse;
export const compileNow: typeof evaluation.compile = evaluation.compile;
export const compileLater: typeof evaluation.compileAsync = evaluation.compileAsync;
