import { Util } from '../upstream.cjs';
import type { Column } from './column.ts';
import { type Node, parseExpression, partsOf } from './expression.ts';
import type { Evaluate } from './frame.ts';
import type { Scope } from './scope.ts';

const REMEMBERED = 10_000;

/** What `eval(p.rule)` stands for in one rule. */
interface EvaluatedRule {
  /** Undefined where the text of the rule changes the matcher around it, or is none. */
  readonly parts: readonly Evaluate[] | undefined;
  /** Whether evaluating it throws nothing and gives an answer, if no value of the request is missing. */
  readonly isSafe: boolean;
}

/**
 * The expressions that rules bring with them. casbin puts their text in place of `eval(…)` and parses the whole; so it
 * is done here, and what was read is remembered, within limits.
 */
export class EvalRules {
  readonly #matcher: string;
  readonly #node: Node;
  readonly #scope: Scope;
  readonly #compile: (node: Node) => Evaluate;
  /** What stands in the brackets, and the field of the rule. */
  readonly #fields: readonly { readonly name: string; readonly position: number }[];
  readonly #known = new Map<string, EvaluatedRule>();

  /** @throws Error where a part is no field of the rule */
  constructor(matcher: string, node: Node, scope: Scope, compile: (node: Node) => Evaluate) {
    this.#matcher = matcher;
    this.#node = node;
    this.#scope = scope;
    this.#compile = compile;
    this.#fields = Util.getEvalValue(matcher).map((name) => {
      const position = scope.rulePosition(name);
      if (position === undefined) throw new Error(`\`eval(${name})\` is of no field of the rule`);
      return { name, position };
    });
  }

  /** Tells rules whose text is no expression of its own: casbin reads the text of every rule. */
  get readColumn(): Column {
    return this.#column('read', ({ parts }) => parts !== undefined);
  }

  /** Tells rules that may throw, or whose answer is none. */
  get safeColumn(): Column {
    return this.#column('safe', ({ isSafe }) => isSafe);
  }

  /** The matcher with the text of a rule. Throws where casbin does. */
  textFor(rule: readonly unknown[]): string {
    return this.#fields.reduce(
      (text, { name, position }) => Util.replaceEval(text, name, Util.escapeAssertion(rule[position] as string)),
      this.#matcher,
    );
  }

  /** The expressions of a rule in the order of the matcher, or undefined where only the whole can be evaluated. */
  partsFor(rule: readonly unknown[]): readonly Evaluate[] | undefined {
    const texts = this.#textsOf(rule);
    return texts === undefined ? undefined : this.#read(texts).parts;
  }

  #column(name: string, isRegular: (rule: EvaluatedRule) => boolean): Column {
    return {
      key: `eval ${name} ${this.#matcher}`,
      position: this.#fields[0]?.position ?? 0,
      isFiled: false,
      tokenOf: (rule) => {
        const texts = this.#textsOf(rule);
        return texts !== undefined && isRegular(this.#read(texts)) ? '' : undefined;
      },
    };
  }

  #textsOf(rule: readonly unknown[]): readonly string[] | undefined {
    const texts = this.#fields.map(({ position }) => rule[position]);
    return texts.every((text) => typeof text === 'string') ? texts : undefined;
  }

  #read(texts: readonly string[]): EvaluatedRule {
    const key = texts.length === 1 ? (texts[0] as string) : JSON.stringify(texts);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#make(texts);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, made);
    return made;
  }

  #make(texts: readonly string[]): EvaluatedRule {
    const rule: string[] = [];
    for (const [at, { position }] of this.#fields.entries()) rule[position] = texts[at] as string;
    try {
      const parts = partsBy(this.#node, parseExpression(this.textFor(rule)));
      if (parts === undefined || parts.length !== texts.length) return { parts: undefined, isSafe: false };
      const isSafe = parts.every((part) => isAnswer(part, this.#scope));
      return { parts: parts.map(this.#compile), isSafe };
    } catch {
      // Whoever evaluates it gets the error, as from casbin.
      return { parts: undefined, isSafe: false };
    }
  }
}

/** Whether a node is a call of `eval` with a name. */
function isEval(node: Node): boolean {
  return (
    node.type === 'CallExpression' &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'eval' &&
    node.arguments.length === 1 &&
    node.arguments[0]?.type === 'Identifier'
  );
}

/** What stands in place of each `eval`, in order; undefined where the rest is not the same. */
function partsBy(matcher: Node, whole: Node): readonly Node[] | undefined {
  if (isEval(matcher)) return [whole];
  if (!isSameKind(matcher, whole)) return undefined;
  const [own, others] = [partsOf(matcher), partsOf(whole)];
  if (own.length !== others.length) return undefined;
  const found: Node[] = [];
  for (const [at, part] of own.entries()) {
    const parts = partsBy(part, others[at] as Node);
    if (parts === undefined) return undefined;
    found.push(...parts);
  }
  return found;
}

function isSameKind(one: Node, other: Node): boolean {
  if (one.type !== other.type) return false;
  if (one.type === 'Literal' && other.type === 'Literal') return one.value === other.value;
  if (one.type === 'Identifier' && other.type === 'Identifier') return one.name === other.name;
  if ('operator' in one && 'operator' in other) return one.operator === other.operator;
  if (one.type !== 'MemberExpression' || other.type !== 'MemberExpression') return true;
  return one.computed === other.computed && (one.computed || isSameKind(one.property, other.property));
}

function isAnswer(node: Node, scope: Scope): boolean {
  switch (node.type) {
    case 'Literal':
      return node.value !== null;
    case 'LogicalExpression':
      return isAnswer(node.left, scope) && isAnswer(node.right, scope);
    case 'UnaryExpression':
      return isValue(node.argument, scope);
    case 'BinaryExpression':
      return node.operator !== 'in' && isValue(node.left, scope) && isValue(node.right, scope);
    case 'ConditionalExpression':
    case 'Identifier':
    case 'MemberExpression':
    case 'CallExpression':
    case 'ArrayExpression':
    case 'ThisExpression':
    case 'Compound':
      return false;
  }
}

// Names, and members of values of the request, which are there.
function isValue(node: Node, scope: Scope): boolean {
  if (node.type === 'Literal') return true;
  if (node.type === 'Identifier') return scope.callee(node.name) === undefined;
  if (node.type !== 'MemberExpression') return isAnswer(node, scope);
  if (node.computed || node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return false;
  return (
    scope.requestPosition(node.object.name) !== undefined &&
    !/prototype|constructor|^__proto__/.test(node.property.name)
  );
}
