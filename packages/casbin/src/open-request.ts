import { EnforceContext, type Model } from '../upstream.cjs';
import type { OpenQuestion } from './decider.ts';

/** Values of a request by the names of its definition, all but one: `{ sub: 'alice', dom: 'd1', act: 'read' }`. */
export type NamedRequest = Readonly<Record<string, unknown>>;

/** What {@link Enforcer.allowedObjects} is asked about: a subject and an action, or a request without its object. */
export type OpenRequest =
  | readonly [subject: unknown, action: unknown]
  | readonly [request: NamedRequest, context?: EnforceContext];

/** What {@link Enforcer.filter} is asked about: as {@link OpenRequest}, and the objects. */
export type OpenRequestFor<T> =
  | readonly [subject: unknown, action: unknown, objects: Iterable<T>]
  | readonly [request: NamedRequest, objects: Iterable<T>, context?: EnforceContext];

/**
 * The question whose one open value is the object.
 *
 * @throws Error where another number of values than one is open, and for names that the definition has not
 */
export function openQuestion(model: Model, own: EnforceContext, request: OpenRequest): OpenQuestion {
  const [first, second] = request;
  const isNamed = request.length === 1 || second === undefined || second instanceof EnforceContext;
  const context = second instanceof EnforceContext ? second : own;
  return questionOf(model, context, isNamed ? (first as NamedRequest) : { sub: first, act: second });
}

/** As {@link openQuestion}, with the objects. */
export function openQuestionFor<T>(
  model: Model,
  own: EnforceContext,
  request: OpenRequestFor<T>,
): readonly [OpenQuestion, readonly T[]] {
  const [first, second, third] = request;
  const isNamed = third === undefined || third instanceof EnforceContext;
  const open: OpenRequest = isNamed ? [first, third] : [first, second];
  return [openQuestion(model, own, open), [...((isNamed ? second : third) as Iterable<T>)]];
}

function questionOf(model: Model, context: EnforceContext, named: NamedRequest): OpenQuestion {
  const { rType } = context;
  if (typeof named !== 'object' || named === null)
    throw new Error('a request without its object is an object of values');
  const fields =
    model.model
      .get('r')
      ?.get(rType)
      ?.tokens.map((token) => token.slice(rType.length + 1)) ?? [];
  const definition = `\`${rType} = ${fields.join(', ')}\``;
  const unknown = Object.keys(named).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw new Error(`\`${unknown}\` is no field of the request definition ${definition}`);
  const open = fields.filter((field) => !Object.hasOwn(named, field));
  const [field] = open;
  if (field === undefined || open.length > 1) {
    const list = open.map((name) => `\`${name}\``).join(', ') || 'nothing';
    throw new Error(`one field of the request definition ${definition} must be left open: ${list} is`);
  }
  const request = fields.map((name) => (Object.hasOwn(named, name) ? named[name] : ''));
  return { matcher: '', context, request, position: fields.indexOf(field), field };
}
