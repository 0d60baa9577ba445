import { anyOf, attr, call, FALSE, sure, test, value } from '../ast/build.ts';
import type { AttrOperand, Condition } from '../ast/condition.ts';
import { type ConditionFold, foldCondition } from '../ast/walk.ts';
import type { QueryPlan } from '../model/query-plan.ts';
import { integersBeginning } from './integers-beginning.ts';
import { isDocument } from './partial-condition.ts';

/** What rows hold that are decided about, and no attribute more: the `columns` of a mapping fit. */
export interface DocumentRows {
  readonly columns: Readonly<Record<string, DocumentColumn>>;
  /**
   * That no text in them has a colon, as codes have none: what looks like an attribute is one then. Of a row with such a
   * text the plan may say something else than the statement.
   */
  readonly colons: 'never';
}

/** What one attribute is in rows. */
export interface DocumentColumn {
  readonly type: 'text' | 'integer' | 'number' | 'boolean';
  readonly nulls: 'missing' | 'null' | 'never';
}

/**
 * A plan for rows in which literals that are searched in documents, such as `countryid:07`, are conditions on attributes,
 * which databases have. Other patterns, and literals that name more than the beginning of one attribute, stay what they
 * are: filters refuse them, or make a superset.
 *
 * INVARIANT rows-as-documents: what it allows of such rows is what the plan does.
 *
 * @example
 * ```ts
 * const plan = withoutDocuments(await guard.plan('alice', 'footprint:getlist'), { columns: footprints.columns, colons: 'never' });
 * const { text, parameters } = sqlText(plan, footprints);
 * ```
 */
export function withoutDocuments(plan: QueryPlan, { columns }: DocumentRows): QueryPlan {
  const isFlat = Object.keys(columns).every((name) => NAME.test(name));
  // The document of an entity is its name.
  if (plan.kind !== 'conditional' || plan.over !== 'resource' || plan.type !== undefined || !isFlat) return plan;
  const fold: ConditionFold<Condition> = {
    constant: (of) => ({ kind: 'const', value: of }),
    and: (of) => ({ kind: 'and', of }),
    or: (of) => ({ kind: 'or', of }),
    not: (of) => ({ kind: 'not', of }),
    sure: (of) => ({ kind: 'sure', of }),
    each: (condition, where) => ({ ...condition, where }),
    test: (condition) => {
      const [left, right] = condition.args;
      const isSearch = condition.op === 'contains' && left !== undefined && isDocument(left);
      const literal = isSearch && right?.kind === 'value' ? right.value : undefined;
      const [, name, beginning] = (typeof literal === 'string' ? LITERAL.exec(literal) : null) ?? [];
      if (name === undefined || beginning === undefined) return condition;
      return foundIn(columns, name, beginning) ?? condition;
    },
  };
  return { ...plan, condition: foldCondition(plan.condition, fold) };
}

/** One that has no separator of documents in it, stands in them as it is, and is not read as an index by objects. */
const NAME = /^[A-Za-z_]\w*$/;

/** The end of a name and the beginning of a value, neither of which reaches beyond one member or is an escape. */
const LITERAL = /^([\w]+):((?! )[ !#-+\--9;-[\]-z|~]*)$/;

/** Undefined where there is no condition on attributes that is the same. */
function foundIn(columns: DocumentRows['columns'], end: string, beginning: string): Condition | undefined {
  const named = Object.entries(columns).filter(([name]) => name.toLowerCase().endsWith(end));
  const parts = named.map(([name, column]) => begins(attr('resource', name), column, beginning));
  const found = parts.filter((part) => part !== undefined);
  // A document is always there: nothing that is missing in it is unknown.
  return found.length < parts.length ? undefined : sure(anyOf(found));
}

/** Whether the text of an attribute begins so. */
function begins(of: AttrOperand, { type, nulls }: DocumentColumn, beginning: string): Condition | undefined {
  if (beginning === '') return test('present', of);
  const own = BEGINS[type](of, beginning);
  const isNull = nulls === 'null' && 'null'.startsWith(beginning) ? [test('eq', of, value(null))] : [];
  return own && anyOf([...isNull, own]);
}

const BEGINS: Readonly<Record<DocumentColumn['type'], (of: AttrOperand, beginning: string) => Condition | undefined>> =
  {
    text: (of, beginning) => {
      if (!/[a-z]/i.test(beginning)) return test('startsWith', of, value(beginning));
      // The sign of Kelvin and `İ` have such letters in their lower case, and an escape in documents.
      if (/[A-Zk]|i$/.test(beginning)) return undefined;
      return test('startsWith', call('lower', of), value(beginning));
    },
    integer: integersBeginning,
    // Not all numbers are written in digits alone.
    number: () => undefined,
    boolean: (of, beginning) => {
      const isBeginning = (truth: boolean): boolean => String(truth).startsWith(beginning);
      const truths = [true, false].filter(isBeginning);
      return truths.length === 0 ? FALSE : test('in', of, value(truths));
    },
  };
